import type { WorkOptions } from './api.ts'
import type { AgenticConfig } from './config.ts'
import { defaultConcurrency } from './settings-schema.ts'
import { refuse } from './wrong-setting.ts'

const mostConcurrency = 10_000
const longestDrainSeconds = 86_400

/** The config of a process that was told to execute runs, whatever its settings say about that; frozen. */
export function workConfig(config: AgenticConfig, options: WorkOptions = {}): AgenticConfig {
  const setting = config.concurrency > 0 ? config.concurrency : defaultConcurrency()
  const { concurrency = setting, agents = config.executedAgents } = options
  const { drainSeconds = config.drainMs / 1000 } = options
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > mostConcurrency) {
    throw refuse('concurrency', concurrency, 'a whole number from 1 to 10,000')
  }
  if (!(drainSeconds >= 0 && drainSeconds <= longestDrainSeconds)) {
    throw refuse('drainSeconds', drainSeconds, 'a number of seconds from 0 to 86,400')
  }
  const accepted = `at least one of the registered agents: ${config.agentKeys.join(', ')}`
  if (!Array.isArray(agents) || agents.length === 0) throw refuse('agents', agents, accepted)
  const unknown = agents.find((key) => !config.agentKeys.includes(key))
  if (unknown !== undefined) throw refuse('agents', unknown, accepted)
  const executedAgents = [...new Set(agents)]
  return Object.freeze({ ...config, concurrency, executedAgents, drainMs: drainSeconds * 1000 })
}
