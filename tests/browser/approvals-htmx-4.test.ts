import { inboxContract } from './inbox-contract.ts'

inboxContract('htmx 4')
inboxContract('htmx 4 and its SSE extension')
