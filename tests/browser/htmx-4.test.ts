import { chatContract } from './chat-contract.ts'

chatContract('htmx 4')
chatContract('htmx 4 and its SSE extension')
