export { queueContract } from './queue-contract.ts'
export type { QueueContract } from './queue-contract.ts'
