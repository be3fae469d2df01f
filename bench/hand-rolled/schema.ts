import type { Pool } from 'pg'

/** The two tables everybody writes. */
export async function createSchema(pool: Pool): Promise<void> {
  await pool.query(`
    create table if not exists runs (
      id uuid primary key,
      user_id text not null,
      session_key text not null,
      status text not null,
      input text not null,
      output text,
      error text,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      finished_at timestamptz
    );
    create index if not exists runs_recent on runs (user_id, created_at desc);
    create table if not exists items (
      id bigint generated always as identity primary key,
      user_id text not null,
      session_key text not null,
      run_id uuid not null,
      payload jsonb not null,
      created_at timestamptz not null default now()
    );
    create index if not exists items_of_session on items (user_id, session_key, id);
  `)
}
