import { agentic } from './agentic'

// Runs that a deploy or a crash interrupted go on now, not at the first request.
await agentic.start()

// With NEXT_MANUAL_SIG_HANDLE, as Next itself does not wait for runs. With `on`, as the SDK ends a process on a signal
// for which it finds no listener besides its own.
process.on('SIGTERM', () => void agentic.close().finally(() => process.exit(0)))
