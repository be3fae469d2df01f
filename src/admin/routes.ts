import { named, type NamedRoute } from '../http/route.ts'
import { adminApprovals } from './routes/approvals.ts'
import { adminAudit } from './routes/audit.ts'
import { adminDecisions } from './routes/decisions.ts'
import { adminOverview } from './routes/overview.ts'
import { adminRunActions } from './routes/run-actions.ts'
import { adminRun } from './routes/run.ts'
import { adminRuns } from './routes/runs.ts'
import { adminSession } from './routes/session.ts'
import { adminSessions } from './routes/sessions.ts'

const table = {
  adminOverview,
  adminRuns,
  adminRun,
  adminRunActions,
  adminSessions,
  adminSession,
  adminApprovals,
  adminDecisions,
  adminAudit,
}

/** The pages of people in charge, and what these pages send. */
export const adminRoutes: readonly NamedRoute[] = named(table)
