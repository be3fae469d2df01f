import { hostContract } from './contract.ts'
import { startHono } from './hosts/hono.ts'

hostContract('hono', startHono)
