import { defineHandler } from 'nitro/h3'
import { agentic } from '../agentic'

export default defineHandler(() => agentic.health())
