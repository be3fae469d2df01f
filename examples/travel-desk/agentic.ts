import { createAgentic, type Agentic } from 'agentic-node'
import type { Bookings } from './bookings.ts'
import { createModelProvider } from './model.ts'
import { conversation } from './pages/conversation.ts'
import type { Settings } from './settings.ts'
import type { SignIn } from './sign-in.ts'

/** The library, set up for this app. */
export function createDeskAgentic(
  settings: Settings,
  { bookings, signIn }: { bookings: Bookings; signIn: SignIn },
): Agentic {
  return createAgentic({
    agents: {
      // Loaded where runs execute: a process that only serves pages never loads the SDK.
      travel_desk: async () => {
        const { travelDesk } = await import('./agents.ts')
        const model = settings.model.kind === 'openai' ? settings.model.name : undefined
        return travelDesk({ bookings, delayMs: settings.delayMs, model })
      },
    },
    defaultAgent: 'travel_desk',
    owner: (request) => signIn.userOf(request),
    context: ({ owner }) => ({ owner }),
    database: settings.databaseUrl,
    basePath: '/agents',
    modelProvider: () => createModelProvider(settings),
    // Each may run twice after a crash without harm; book_flight, because it books by the call's own key.
    tools: {
      find_flight: { interrupted: 'rerun' },
      get_flight_price: { interrupted: 'rerun' },
      list_bookings: { interrupted: 'rerun' },
      book_flight: { interrupted: 'rerun' },
    },
    templates: { conversation: (view) => String(conversation(view)) },
    // Short, so that a run goes on soon after its process was killed.
    lease: { seconds: 5 },
  })
}
