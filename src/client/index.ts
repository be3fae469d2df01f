export { createClient, type Client } from './client.ts'
export { AgenticClientError } from './error.ts'
export type { FollowOptions } from './follow.ts'
export type { ClientOptions } from './request.ts'
export type {
  ApprovalJson,
  ApprovalPage,
  ApprovalQuery,
  Decide,
  RunEventJson,
  RunJson,
  Submit,
  Submitted,
} from './wire.ts'
