import { hostContract } from './contract.ts'
import { startNestOnExpress, startNestOnFastify } from './hosts/nest.ts'

hostContract('nest on express', startNestOnExpress)
hostContract('nest on fastify', startNestOnFastify)
