import { hostContract } from './contract.ts'
import { startFastify } from './hosts/fastify.ts'

hostContract('fastify', startFastify)
