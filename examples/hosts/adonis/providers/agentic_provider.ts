import type { ApplicationService } from '@adonisjs/core/types'
import { agentic } from '#app/agentic'

export default class AgenticProvider {
  constructor(private app: ApplicationService) {}

  async ready() {
    // Runs that a deploy or a crash interrupted go on now, not at the first request.
    await agentic.start()
    // The newest hook is called first: calls in flight end, and streams, for which AdonisJS would wait when it closes
    // its server.
    this.app.terminating(() => agentic.close())
  }
}
