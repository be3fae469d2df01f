import { hostContract } from './contract.ts'
import { startExpress, startExpressUnderPath } from './hosts/express.ts'

hostContract('express', startExpress)
hostContract('express, used under a path', startExpressUnderPath)
