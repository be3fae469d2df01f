import { Agent } from '@openai/agents'

export const support = () => new Agent({ name: 'Support', instructions: 'Help the user.' })
