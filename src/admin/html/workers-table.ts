import type { Overview } from '../../core/admin.ts'
import { markup, type Markup } from '../../html/markup.ts'
import { count, duration, moment } from '../words.ts'
import { table } from './table.ts'

type Worker = Overview['workers'][number]

interface Heard {
  now: number
  staleAfterMs: number
}

/** Who executes runs, and when each was heard of last. */
export function workersTable(workers: Worker[], { now, staleAfterMs }: Heard): Markup {
  if (workers.length === 0) {
    return markup`<p class="admin-none">No worker was heard of in the last day: runs stay queued until one is there.</p>`
  }
  const heard = ({ heartbeatAt }: Worker) => {
    const ago = now - heartbeatAt
    const words = markup`${duration(ago)} ago`
    return ago <= staleAfterMs
      ? words
      : markup`<strong class="admin-error">Silent</strong>, last heard of ${words}`
  }
  return table(
    'Workers',
    [
      { label: 'Host', is: 'name', cell: ({ host }: Worker) => host },
      { label: 'Process', is: 'number', cell: ({ pid }: Worker) => String(pid) },
      {
        label: 'Running',
        is: 'number',
        cell: ({ running, concurrency }: Worker) => `${count(running)} of ${count(concurrency)}`,
      },
      { label: 'Heartbeat', is: 'name', cell: heard },
      { label: 'Started', cell: ({ startedAt }: Worker) => moment(startedAt) },
    ],
    workers,
  )
}
