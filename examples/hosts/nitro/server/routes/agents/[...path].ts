import { defineHandler } from 'nitro/h3'
import { agentic } from '../../agentic'

export default defineHandler((event) => agentic.fetch(event.req, event))
