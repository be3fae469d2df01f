import { definePlugin } from 'nitro'
import { agentic } from '../agentic'

export default definePlugin(({ hooks }) => {
  // Runs that a deploy or a crash interrupted go on now, not at the first request.
  void agentic.start()
  // With `on`, as the SDK ends a process on a signal for which it finds no listener besides its own.
  process.on('SIGTERM', () => void agentic.close())
  hooks.hook('close', () => agentic.close())
})
