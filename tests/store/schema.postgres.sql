CREATE INDEX agentic_approval_decided ON agentic_approval USING btree (status, id) WHERE (status <> 'pending'::text);
CREATE INDEX agentic_approval_expiring ON agentic_approval USING btree (expires_at) WHERE ((status = 'pending'::text) AND (expires_at IS NOT NULL));
CREATE INDEX agentic_approval_owner ON agentic_approval USING btree (owner, status, id);
CREATE INDEX agentic_approval_pending ON agentic_approval USING btree (id) WHERE (status = 'pending'::text);
CREATE INDEX agentic_audit_target ON agentic_audit USING btree (target_id, id);
CREATE INDEX agentic_run_agent_turn ON agentic_run USING btree (agent_key, turn, id) WHERE ((status = 'pending'::text) AND (turn IS NOT NULL));
CREATE INDEX agentic_run_deltas_kept ON agentic_run USING btree (finished_at) WHERE (deltas_kept = 1);
CREATE INDEX agentic_run_ended ON agentic_run USING btree (status, kept, finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX agentic_run_error ON agentic_run USING btree (substr(error, 1, 64) COLLATE "C", id) WHERE (error IS NOT NULL);
CREATE INDEX agentic_run_first_of_lane ON agentic_run USING btree (status, front, owner, agent_key, id) WHERE ((status = 'pending'::text) AND (front = 1));
CREATE INDEX agentic_run_lease ON agentic_run USING btree (lease_expires_at) WHERE (status = 'running'::text);
CREATE INDEX agentic_run_owner_recent ON agentic_run USING btree (owner, id);
CREATE INDEX agentic_run_owner_status ON agentic_run USING btree (owner, status, id);
CREATE INDEX agentic_run_session_recent ON agentic_run USING btree (session_id, id);
CREATE INDEX agentic_run_turn_of_lane ON agentic_run USING btree (owner, agent_key, status, turn) WHERE ((status = 'pending'::text) AND (turn IS NOT NULL));
CREATE INDEX agentic_run_unfinished ON agentic_run USING btree (session_id, finished_at, id) WHERE (finished_at IS NULL);
CREATE INDEX agentic_run_unsuccessful ON agentic_run USING btree (status, id) WHERE (status = ANY (ARRAY['failed'::text, 'cancelled'::text]));
CREATE INDEX agentic_run_unsuccessful_agent ON agentic_run USING btree (agent_key, status, id) WHERE (status = ANY (ARRAY['failed'::text, 'cancelled'::text]));
CREATE INDEX agentic_run_waiting ON agentic_run USING btree (status, id) WHERE (status = ANY (ARRAY['pending'::text, 'awaiting_approval'::text]));
CREATE INDEX agentic_session_recent ON agentic_session USING btree (owner, updated_at, id);
CREATE INDEX agentic_session_used ON agentic_session USING btree (updated_at, id);
CREATE UNIQUE INDEX agentic_approval_path ON agentic_approval USING btree (run_id, path);
CREATE UNIQUE INDEX agentic_approval_pkey ON agentic_approval USING btree (id);
CREATE UNIQUE INDEX agentic_audit_pkey ON agentic_audit USING btree (id);
CREATE UNIQUE INDEX agentic_chore_pkey ON agentic_chore USING btree (name);
CREATE UNIQUE INDEX agentic_event_pkey ON agentic_event USING btree (run_id, sequence);
CREATE UNIQUE INDEX agentic_item_pkey ON agentic_item USING btree (session_id, "position");
CREATE UNIQUE INDEX agentic_migration_pkey ON agentic_migration USING btree (name);
CREATE UNIQUE INDEX agentic_rate_pkey ON agentic_rate USING btree (owner);
CREATE UNIQUE INDEX agentic_run_agent_slot ON agentic_run USING btree (agent_key, agent_slot) WHERE (agent_slot IS NOT NULL);
CREATE UNIQUE INDEX agentic_run_idempotency ON agentic_run USING btree (owner, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE UNIQUE INDEX agentic_run_input_pkey ON agentic_run_input USING btree (run_id);
CREATE UNIQUE INDEX agentic_run_owner_slot ON agentic_run USING btree (owner, owner_slot) WHERE (owner_slot IS NOT NULL);
CREATE UNIQUE INDEX agentic_run_pkey ON agentic_run USING btree (id);
CREATE UNIQUE INDEX agentic_run_session_active ON agentic_run USING btree (session_id) WHERE (session_active = 1);
CREATE UNIQUE INDEX agentic_run_total_slot ON agentic_run USING btree (total_slot) WHERE (total_slot IS NOT NULL);
CREATE UNIQUE INDEX agentic_session_key_owner ON agentic_session USING btree (session_key, owner);
CREATE UNIQUE INDEX agentic_session_pkey ON agentic_session USING btree (id);
CREATE UNIQUE INDEX agentic_step_pkey ON agentic_step USING btree (run_id, path);
CREATE UNIQUE INDEX agentic_worker_pkey ON agentic_worker USING btree (id);
create table agentic_approval (
  id text collate "C" not null,
  run_id text collate "C" not null,
  owner text collate "C" not null,
  path text collate "C" not null,
  tool_name text not null,
  agent_name text not null,
  arguments text not null,
  status text not null,
  message text,
  decided_by text,
  created_at bigint not null,
  decided_at bigint,
  interrupted_attempt integer not null default 0,
  edited_arguments text,
  rest_of_run integer not null default 0,
  result text,
  expires_at bigint);
create table agentic_audit (
  id text collate "C" not null,
  at bigint not null,
  actor text not null,
  action text not null,
  target text not null,
  target_id text collate "C" not null,
  owner text collate "C",
  details text not null);
create table agentic_chore (
  name text collate "C" not null,
  held_until bigint not null,
  done_at bigint not null);
create table agentic_event (
  run_id text collate "C" not null,
  sequence bigint not null,
  type text not null,
  payload text not null,
  created_at bigint not null);
create table agentic_item (
  session_id text collate "C" not null,
  position bigint not null,
  run_id text collate "C",
  payload text not null,
  created_at bigint not null);
create table agentic_migration (
  name character varying(255) not null,
  timestamp character varying(255) not null);
create table agentic_rate (
  owner text collate "C" not null,
  window_start bigint not null,
  used integer not null);
create table agentic_run (
  id text collate "C" not null,
  owner text collate "C" not null,
  session_id text collate "C" not null,
  session_key text collate "C" not null,
  agent_key text collate "C" not null,
  status text not null,
  attempt integer not null default 0,
  worker_id text collate "C",
  lease_expires_at bigint,
  session_active integer,
  front integer not null,
  turn bigint,
  owner_slot integer,
  agent_slot integer,
  total_slot integer,
  cancel_requested_at bigint,
  last_sequence bigint not null default 0,
  attempt_steps integer not null default 0,
  stalled_attempts integer not null default 0,
  base_position bigint,
  max_turns integer not null,
  requests integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  total_tokens bigint not null default 0,
  retry_of text collate "C",
  idempotency_key text collate "C",
  pruned_sequence bigint not null default 0,
  deltas_kept integer not null default 0,
  created_at bigint not null,
  started_at bigint,
  finished_at bigint,
  error_code text,
  error text,
  output text,
  cached_tokens bigint not null default 0,
  reasoning_tokens bigint not null default 0,
  cost double precision not null default 0,
  priced_requests integer not null default 0,
  kept integer not null default 3,
  pruned integer not null default 0,
  submit_trace text,
  attempt_trace text);
create table agentic_run_input (
  run_id text collate "C" not null,
  input text not null,
  context text not null);
create table agentic_session (
  id text collate "C" not null,
  owner text collate "C" not null,
  session_key text collate "C" not null,
  metadata text not null,
  last_position bigint not null default 0,
  created_at bigint not null,
  updated_at bigint not null);
create table agentic_step (
  run_id text collate "C" not null,
  path text collate "C" not null,
  kind text not null,
  state text not null,
  attempt integer not null,
  agent_name text not null,
  name text not null,
  call_id text,
  arguments text,
  effective_arguments text,
  result text,
  given text,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  started_at bigint not null,
  finished_at bigint,
  cached_tokens bigint not null default 0,
  reasoning_tokens bigint not null default 0,
  total_tokens bigint,
  cost double precision);
create table agentic_worker (
  id text collate "C" not null,
  host text not null,
  pid integer not null,
  concurrency integer not null,
  started_at bigint not null,
  heartbeat_at bigint not null);
