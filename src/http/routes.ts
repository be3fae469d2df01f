import { named, type NamedRoute } from './route.ts'
import { cancelRun } from './routes/cancel-run.ts'
import { decideApproval } from './routes/decide-approval.ts'
import { deleteSession } from './routes/delete-session.ts'
import { getApproval } from './routes/get-approval.ts'
import { getRun } from './routes/get-run.ts'
import { listApprovals } from './routes/list-approvals.ts'
import { listRuns } from './routes/list-runs.ts'
import { listSessions } from './routes/list-sessions.ts'
import { openApiJson } from './routes/openapi-json.ts'
import { retryRun } from './routes/retry-run.ts'
import { runApprovals } from './routes/run-approvals.ts'
import { runEvents } from './routes/run-events.ts'
import { runFragment } from './routes/run-fragment.ts'
import { runLive } from './routes/run-live.ts'
import { sessionEvents } from './routes/session-events.ts'
import { sessionItems } from './routes/session-items.ts'
import { staticFile } from './routes/static-file.ts'
import { submitRun } from './routes/submit-run.ts'

const table = {
  submitRun,
  listRuns,
  getRun,
  runFragment,
  runLive,
  runEvents,
  runApprovals,
  cancelRun,
  retryRun,
  listApprovals,
  getApproval,
  decideApproval,
  listSessions,
  sessionItems,
  sessionEvents,
  deleteSession,
  staticFile,
  openApiJson,
}

/** What the app's users and their clients may ask. */
export const apiRoutes: readonly NamedRoute[] = named(table)
