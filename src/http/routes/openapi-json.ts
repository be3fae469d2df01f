import { z } from 'zod'
import { known } from '../answer.ts'
import { json, unchanged } from '../described-answers.ts'
import { defineRoute } from '../route.ts'

/** For everyone, as it tells about no more than the public documentation of this package does. */
export const openApiJson = defineRoute({
  method: 'GET',
  path: 'openapi.json/',
  kind: 'static',
  summary: 'This document.',
  answers: {
    200: json(z.record(z.string(), z.unknown()), 'An OpenAPI 3.1 document.'),
    ...unchanged,
  },
  async handle({ openApi, request }) {
    const { text, etag } = openApi()
    const headers = {
      ETag: etag,
      'Cache-Control': 'public, no-cache',
      'X-Content-Type-Options': 'nosniff',
    }
    return known(request, etag, {
      status: 200,
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: text,
    })
  },
})
