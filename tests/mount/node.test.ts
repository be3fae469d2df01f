import { hostContract } from './contract.ts'
import { startNode } from './hosts/node.ts'

hostContract('node', startNode)
