import type { z } from 'zod'
import type { ErrorCode } from '../core/errors.ts'

/** One kind of body that a route may answer with. */
export interface Answer {
  /** A sentence for whoever reads the document. */
  description: string
  json?: z.ZodType
  /** Any other media type. */
  type?: 'text/html' | 'text/event-stream' | 'text/css' | 'text/javascript'
  /** Of each message of a stream, where it is JSON. */
  data?: z.ZodType
}

/** What a route may answer besides errors, by status; several where the request says which it wants. */
export type Answers = Readonly<Record<number, Answer | readonly Answer[]>>

/** What a route says about itself, for `openapi.json`. */
export interface Described {
  summary: string
  answers: Answers
  /** Of its own, besides those that follow from who may ask and what is checked. */
  errors?: readonly ErrorCode[]
}

export const json = (schema: z.ZodType, description: string): Answer => ({
  json: schema,
  description,
})

export const html = (description: string): Answer => ({ type: 'text/html', description })

export const eventStream = (description: string, data?: z.ZodType): Answer => ({
  type: 'text/event-stream',
  description,
  data,
})

export const empty = (description: string): Answer => ({ description })

/** To a request that says which version it has. */
export const unchanged = { 304: empty('As the version that `If-None-Match` names.') }

/** To a form that a browser sends without a script. */
export const backToPage = { 303: empty('Back to the page that the form was on.') }
