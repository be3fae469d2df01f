import type { Executor } from '../store/database.ts'
import { freeAgentSlot, freeOwnerSlot, freeTotalSlot, type Slots } from '../store/slots.ts'
import type { Runtime } from './runtime.ts'

/** Which limit is reached. */
export type Full = 'total full' | 'agent full' | 'owner full'

/** A slot of each limit there is, for one more run of this owner and agent. */
export async function freeSlots(
  { config: { limits } }: Runtime,
  executor: Executor,
  { owner, agentKey }: { owner: string; agentKey: string },
): Promise<Slots | Full> {
  const slots: Slots = { ownerSlot: null, agentSlot: null, totalSlot: null }
  if (limits.total !== null) {
    slots.totalSlot = await freeTotalSlot(executor, { limit: limits.total })
    if (slots.totalSlot === null) return 'total full'
  }
  const agentLimit = limits.agentOf(agentKey)
  if (agentLimit !== null) {
    slots.agentSlot = await freeAgentSlot(executor, { agentKey, limit: agentLimit })
    if (slots.agentSlot === null) return 'agent full'
  }
  if (limits.owner !== null) {
    slots.ownerSlot = await freeOwnerSlot(executor, { owner, limit: limits.owner })
    if (slots.ownerSlot === null) return 'owner full'
  }
  return slots
}
