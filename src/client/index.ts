export { createClient, type Client, type ClientOptions } from './client.ts'
export { AgenticClientError } from './error.ts'
export type { RunEventJson, RunJson, Submit, Submitted } from './wire.ts'
