import type { Templates } from '../core/options.ts'
import { conversationFragment } from './conversation.ts'
import { errorFragment } from './error.ts'
import { runFragment } from './run.ts'

/** The fragments used where the app gives none of its own. */
export const defaultTemplates: Templates = {
  run: runFragment,
  conversation: conversationFragment,
  error: errorFragment,
}
