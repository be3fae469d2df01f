import type { Templates } from '../core/options.ts'
import { approvalsFragment } from './approvals.ts'
import { conversationFragment } from './conversation.ts'
import { errorFragment } from './error.ts'
import { formFragment } from './form.ts'
import { loadMarkdown, type Markdown } from './markdown.ts'
import { runFragment } from './run.ts'

/** The fragments used where the app gives none of its own: for a `templates` function that adds to ours. */
export function defaultTemplates(): Templates {
  let loading: Promise<Markdown> | undefined
  const markdown = (): Promise<Markdown> => (loading ??= loadMarkdown())
  return {
    run: async (view) => runFragment(view, await markdown()),
    conversation: async (view) => conversationFragment(view, await markdown()),
    approvals: approvalsFragment,
    form: formFragment,
    error: errorFragment,
  }
}
