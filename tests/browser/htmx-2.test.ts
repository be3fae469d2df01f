import { chatContract } from './chat-contract.ts'

chatContract('htmx 2')
chatContract('htmx 2 and its SSE extension')
