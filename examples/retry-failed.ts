import { agentic } from './operators.ts'

/** Retries what has failed for somebody in the last day, and answers why each had. */
export async function retryFailed(owner: string, actor: string): Promise<string[]> {
  const since = Date.now() - 86_400_000
  const { data } = await agentic.admin.runs.list({ owner, status: 'failed', since })
  for (const { id } of data) await agentic.admin.runs.retry({ id, actor })
  return data.map((run) => (run.status === 'failed' ? run.error : ''))
}
