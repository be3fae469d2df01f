import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'

const css = 'text/css; charset=utf-8'
const script = 'text/javascript; charset=utf-8'
const types = {
  'page.css': css,
  'sign-in.css': css,
  'chat.css': css,
  'fragments.css': css,
  'gallery.css': css,
  'desk.js': script,
  'forms.js': script,
  'icon.svg': 'image/svg+xml',
} as const

/** The app's own few files, read once. */
export function assets(): Hono {
  const app = new Hono()
  for (const [name, type] of Object.entries(types)) {
    const content = readFileSync(new URL(`./static/${name}`, import.meta.url), 'utf8')
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 16)}"`
    app.get(`/${name}`, (context) => {
      context.header('Cache-Control', 'no-cache')
      context.header('ETag', etag)
      if (context.req.header('if-none-match') === etag) return context.body(null, 304)
      return context.body(content, 200, { 'Content-Type': type })
    })
  }
  return app
}
