import { DatabaseSync } from 'node:sqlite'

const ends = `('run.completed', 'run.failed', 'run.cancelled')`

/**
 * Triggers that note writes which must never happen, whoever makes them: a step by an attempt that is not the run's
 * newest, anything on a finished run.
 */
const triggers = `
  create table audit (what text not null, run_id text not null, detail text);
  create trigger audit_step after insert on agentic_step begin
    insert into audit select 'a step of a lost attempt', new.run_id, new.path || ' by ' || new.attempt
      from agentic_run where id = new.run_id and attempt <> new.attempt;
    insert into audit select 'a step after the end', new.run_id, new.path
      from agentic_event where run_id = new.run_id and type in ${ends};
  end;
  create trigger audit_step_done after update on agentic_step when old.state = 'done' begin
    insert into audit values ('a recorded step changed', new.run_id, new.path);
  end;
  create trigger audit_event after insert on agentic_event begin
    insert into audit select 'an event after the end', new.run_id, new.type
      from agentic_event where run_id = new.run_id and sequence < new.sequence and type in ${ends};
  end;
  create trigger audit_run after update on agentic_run when old.finished_at is not null begin
    insert into audit select 'a finished run changed', new.id, old.status || ' to ' || new.status
      where old.status is not new.status or old.output is not new.output or old.attempt <> new.attempt
        or old.last_sequence <> new.last_sequence or old.finished_at is not new.finished_at;
  end;
`

export function addAudit(file: string): void {
  const database = new DatabaseSync(file)
  database.exec(triggers)
  // All in one file, so that copying it copies everything.
  database.exec('pragma wal_checkpoint(truncate)')
  database.close()
}
