import type { ErrorCode } from '../core/errors.ts'

interface Meaning {
  happened: string
  /** For whoever operates the app. */
  toDo: string
}

/** What the code of a failed run means; `docs/errors.md` says the same. */
const meanings = new Map<ErrorCode, Meaning>([
  [
    'agent_error',
    {
      happened:
        'The agent’s own code threw: its factory, a hook, or a tool that lets errors through.',
      toDo: 'Read the error; the setting `debug` puts the stack into it.',
    },
  ],
  [
    'max_turns',
    {
      happened: 'The agent took more turns than the run may have, without coming to an end.',
      toDo: 'See in the timeline whether it goes in circles, or raise `runOptions.maxTurns`.',
    },
  ],
  [
    'model_error',
    {
      happened: 'The model’s API refused or broke off, and trying again did not help.',
      toDo: 'A wrong key, an unknown model, a rate limit or an outage: once that is over, retry the run.',
    },
  ],
  [
    'guardrail',
    {
      happened: 'A guardrail stopped the run.',
      toDo: 'Nothing, if it was right to; the error has what it said.',
    },
  ],
  [
    'divergence',
    {
      happened:
        'The code changed under the run: a recorded response calls a tool that no longer exists.',
      toDo: 'Bring the tool back until such runs have ended, or retry the run.',
    },
  ],
  [
    'poison',
    {
      happened: 'Attempt after attempt lost its worker without recording one new step.',
      toDo: 'Something in it takes the process down: look at what follows the last step below.',
    },
  ],
  [
    'lease_expired',
    {
      happened: 'Its worker was lost, and the setting `recovery` is "fail".',
      toDo: 'Retry the run.',
    },
  ],
  [
    'interrupted',
    {
      happened:
        'A tool was being called when the worker was lost, and its policy is "fail", or a person said so.',
      toDo: 'Find out whether the call had its effect, then retry the run.',
    },
  ],
  [
    'interrupted_needs_decision',
    {
      happened:
        'A tool was being called when the worker was lost; nobody knows whether it had its effect.',
      toDo: 'Find out, then retry the run; a tool that may be repeated is declared so by its policy.',
    },
  ],
  [
    'approval_unsupported',
    {
      happened: 'The agent asked for an approval in a way that cannot wait for a person.',
      toDo: 'Ask through `needsApproval` of a function tool.',
    },
  ],
  [
    'unsupported_agent',
    {
      happened: 'The agent has something whose calls cannot be recorded.',
      toDo: 'The error names it: take it out of the agent.',
    },
  ],
  [
    'unknown_agent',
    {
      happened: 'No agent is registered under this key where the run was executed.',
      toDo: 'Deploy the agent to the workers, then retry the run.',
    },
  ],
])

export function meaningOf(code: ErrorCode): Meaning | undefined {
  return meanings.get(code)
}
