import { z } from 'zod'
import { AgenticError } from '../../core/errors.ts'
import { matches } from '../answer.ts'
import { assetNames } from '../assets.ts'
import { defineRoute } from '../route.ts'

/** Stylesheet and scripts; for everyone, as a sign-in page needs them too. */
export const staticFile = defineRoute({
  method: 'GET',
  path: 'static/:file/',
  kind: 'static',
  params: z.object({ file: z.enum(assetNames) }),
  async handle({ assets, request, params }) {
    const asset = await assets.get(params.file)
    if (asset === null) throw new AgenticError('not_found', 'There is no such file.')
    const headers = {
      ETag: asset.etag,
      'Cache-Control': 'public, max-age=86400',
      'X-Content-Type-Options': 'nosniff',
    }
    if (matches(request, asset.etag)) return new Response(null, { status: 304, headers })
    return new Response(asset.body, { headers: { ...headers, 'Content-Type': asset.type } })
  },
})
