import { agentic } from './quickstart.ts'

/** Follows the log of a run to its end; `after` is the sequence of the last event seen before. */
export async function tell(owner: string, id: string, show: (text: string) => void, after = 0) {
  let text = ''
  for await (const { type, payload } of agentic.runs.follow({ owner, id, after })) {
    // After a crash in the middle of a message it is written again.
    if (type === 'run.attempt_started') text = ''
    if (type !== 'text_delta') continue
    text = text.slice(0, Number(payload['offset'])) + String(payload['text'])
    show(text)
  }
}

/** Told after the fact, in the process where it happened; what a listener throws is logged and changes nothing. */
export const stopListening = agentic.on('run.failed', ({ run }) => {
  if (run.status === 'failed') console.warn(`${run.id} failed: ${run.errorCode}`)
})
