import { z } from 'zod'
import { newFormKey } from '../../html/form.ts'
import { markup } from '../../html/markup.ts'
import { fields } from '../../http/fields.ts'
import { adminRoute } from '../admin-route.ts'
import { chosenIds, confirmed, once } from '../chosen.ts'
import { each } from '../each.ts'
import { goneNote } from '../html/gone-note.ts'
import { confirmRuns, nothingChosen, runsDone } from '../html/confirm-runs.ts'
import { runActionNames, runActions } from '../run-actions.ts'

const body = fields({
  action: z.enum(runActionNames, `must be one of ${runActionNames.join(', ')}`),
  chosen: chosenIds,
  confirmed,
  once,
})

/** Asks first whether it is meant, naming each run; then does it. */
export const adminRunActions = adminRoute({
  method: 'POST',
  path: 'admin/run-actions/',
  summary: 'Cancels, retries or purges the chosen runs, once it was confirmed.',
  body,
  async show({ deps, links, owner, body: asked }) {
    const { api } = deps.admin
    const action = runActions[asked.action]
    const title = `${action.verb} runs`
    if (asked.chosen.length === 0) return { title, section: 'Runs', body: nothingChosen(links) }
    const runs = await api.runs.some({ ids: asked.chosen })
    const gone = goneNote(asked.chosen, runs)
    if (asked.confirmed === undefined) {
      const confirm = confirmRuns(asked.action, runs, links, newFormKey())
      return { title, section: 'Runs', body: markup`${gone}${confirm}` }
    }
    const outcomes = await each(runs, async (run) =>
      action.act(api, run, { actor: owner, once: asked.once }),
    )
    return { title, section: 'Runs', body: markup`${gone}${runsDone(outcomes, links)}` }
  },
})
