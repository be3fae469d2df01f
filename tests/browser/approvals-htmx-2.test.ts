import { inboxContract } from './inbox-contract.ts'

inboxContract('htmx 2')
inboxContract('htmx 2 and its SSE extension')
