import { databases, kindOf, type DatabaseKind } from '../../support/databases.ts'

interface Watch {
  on: string
  when?: string
  /** Each inserts into `audit`. */
  notes: (facts: AuditFacts) => string[]
}

/** What differs between databases. */
interface AuditFacts {
  /** Whether the run had ended before the statement that writes `new`. */
  wasOver: string
  trigger: (name: string, watch: Watch, notes: string[]) => string
}

const ends = `('run.completed', 'run.failed', 'run.cancelled')`

/**
 * Writes which must never happen, whoever makes them: a step by an attempt that is not the run's newest, anything on a
 * finished run.
 */
const watches: Watch[] = [
  {
    on: 'after insert on agentic_step',
    notes: ({ wasOver }) => [
      `insert into audit select 'a step of a lost attempt', new.run_id, new.path || ' by ' || new.attempt
        from agentic_run where id = new.run_id and attempt <> new.attempt`,
      `insert into audit select 'a step after the end', new.run_id, new.path where exists (${wasOver})`,
    ],
  },
  {
    on: 'after update on agentic_step',
    when: `old.state = 'done'`,
    notes: () => [`insert into audit values ('a recorded step changed', new.run_id, new.path)`],
  },
  {
    on: 'after insert on agentic_event',
    notes: () => [
      `insert into audit select 'an event after the end', new.run_id, new.type
        from agentic_event where run_id = new.run_id and sequence < new.sequence and type in ${ends}`,
    ],
  },
  {
    on: 'after update on agentic_run',
    when: 'old.finished_at is not null',
    notes: () => [
      `insert into audit select 'a finished run changed', new.id, old.status || ' to ' || new.status
        where old.status is distinct from new.status or old.output is distinct from new.output
          or old.attempt <> new.attempt or old.last_sequence <> new.last_sequence
          or old.attempt_steps <> new.attempt_steps or old.requests <> new.requests
          or old.finished_at is distinct from new.finished_at`,
    ],
  },
]

const audits: Record<DatabaseKind, AuditFacts> = {
  sqlite: {
    wasOver: `select 1 from agentic_event where run_id = new.run_id and type in ${ends}`,
    trigger: (name, { on, when }, notes) =>
      `create trigger ${name} ${on} ${when === undefined ? '' : `when ${when}`}
        begin ${notes.join('; ')}; end;`,
  },
  postgres: {
    // Here the last step, the last event and the end are one statement, so the run's row says when it ended.
    wasOver: `select 1 from agentic_run where id = new.run_id and finished_at is not null
      and xmin::text <> pg_current_xact_id()::xid::text`,
    trigger: (name, { on, when }, notes) =>
      `create function ${name}() returns trigger language plpgsql set search_path from current
        as $$ begin ${notes.join('; ')}; return null; end $$;
      create trigger ${name} ${on} for each row ${when === undefined ? '' : `when (${when})`}
        execute function ${name}();`,
  },
}

/** Triggers that note such writes in a table `audit`. */
export async function addAudit(database: string): Promise<void> {
  const facts = audits[kindOf(database)]
  const connection = await databases[kindOf(database)].connect(database)
  try {
    await connection.query(
      'create table audit (what text not null, run_id text not null, detail text)',
    )
    for (const [index, watch] of watches.entries()) {
      await connection.query(facts.trigger(`audit_${index}`, watch, watch.notes(facts)))
    }
  } finally {
    await connection.close()
  }
}
