import { createAgentic, loadMarkdown, type Agentic, type Markdown, type Queue } from 'agentic-node'
import { bullmqQueue } from 'agentic-node/bullmq'
import { graphileWorkerQueue } from 'agentic-node/graphile-worker'
import type { Bookings } from './bookings.ts'
import { createModelProvider } from './model.ts'
import { conversation } from './pages/conversation.ts'
import type { Settings } from './settings.ts'
import type { SignIn } from './sign-in.ts'
import type { QueueSettings } from './storage-settings.ts'

/** The library, set up for this app. */
export function createDeskAgentic(
  settings: Settings,
  { bookings, signIn }: { bookings: Bookings; signIn: SignIn },
): Agentic {
  let markdown: Promise<Markdown> | undefined
  return createAgentic({
    agents: {
      // Loaded where runs execute: a process that only serves pages never loads the SDK.
      travel_desk: async () => {
        const { travelDesk } = await import('./agents.ts')
        const model = settings.model.kind === 'openai' ? settings.model.name : undefined
        const { delayMs, approveBookings } = settings
        return travelDesk({ bookings, delayMs, approveBookings, model })
      },
    },
    defaultAgent: 'travel_desk',
    owner: (request) => signIn.userOf(request),
    context: ({ owner }) => ({ owner }),
    database: settings.database.url,
    queue: queueOf(settings.queue),
    // None where only pages are served; `agentic worker` executes whatever this says.
    concurrency: settings.concurrency,
    basePath: '/agents',
    modelProvider: () => createModelProvider(settings),
    // Each may run twice after a crash without harm; book_flight, because it books by the call's own key.
    tools: {
      find_flight: { interrupted: 'rerun' },
      get_flight_price: { interrupted: 'rerun' },
      list_bookings: { interrupted: 'rerun' },
      // Where a traveller is asked before, the offer holds for a day.
      book_flight: { interrupted: 'rerun', approvalSeconds: 86_400 },
    },
    templates: {
      conversation: async (view) => String(conversation(view, await (markdown ??= loadMarkdown()))),
    },
    // Short, so that a run goes on soon after its process was killed.
    lease: { seconds: 5 },
  })
}

/** Connects when it is first used. */
function queueOf(queue: QueueSettings): Queue | 'in-process' {
  if (queue.kind === 'in-process') return queue.kind
  if (queue.kind === 'bullmq') return bullmqQueue({ connection: queue.redisUrl })
  const { connectionString, schema } = queue
  return graphileWorkerQueue({ connectionString, schema })
}
