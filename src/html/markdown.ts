import { raw } from 'hono/html'
import { markup, type Markup } from './markup.ts'

/** Longer texts are shown as they are: rendering them would hold up everybody else. */
const mostRendered = 50_000
/** How much source text is remembered together with what it was rendered to. */
const mostRemembered = 500_000

/** Markdown as a model or a person writes it, to HTML that brings no script, loads nothing and hides nothing. */
export interface Markdown {
  render(text: string): Markup
}

type Convert = (text: string) => string

/**
 * What the default templates render messages with, for templates of the app's own; safe to put into a page as it is.
 * Loaded where pages are rendered, as its two packages take longer to load than all the rest.
 */
export async function loadMarkdown(): Promise<Markdown> {
  // One after the other: they share packages, one as modules and one by require, which Node 22 cannot load at once.
  const { default: markdownIt } = await import('markdown-it')
  const { default: sanitize } = await import('sanitize-html')
  // Raw HTML stays text. An image becomes a link to it: whoever wrote the text must not learn who reads it.
  const renderer = markdownIt({ html: false, linkify: true, breaks: true }).disable('image')
  const allowed = {
    allowedTags: [
      ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li'],
      ...['strong', 'em', 's', 'code', 'pre', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
    ],
    allowedAttributes: { a: ['href', 'title', 'rel'], ol: ['start'] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowProtocolRelative: false,
    transformTags: {
      a: sanitize.simpleTransform('a', { rel: 'nofollow noopener noreferrer' }),
    },
  }
  return remembering((text) => sanitize(renderer.render(text), allowed))
}

/** A conversation is asked for again and again, and most of it never changes. */
function remembering(convert: Convert): Markdown {
  const rendered = new Map<string, Markup>()
  let remembered = 0
  const forgetOldest = (): void => {
    for (const text of rendered.keys()) {
      if (remembered <= mostRemembered) return
      rendered.delete(text)
      remembered -= text.length
    }
  }
  return {
    render(text) {
      if (text.length > mostRendered) return markup`<div class="agent-text">${text}</div>`
      const known = rendered.get(text)
      const html = known ?? raw(convert(text))
      // Whoever is asked for moves to the end.
      if (known === undefined) remembered += text.length
      else rendered.delete(text)
      rendered.set(text, html)
      forgetOldest()
      return html
    },
  }
}
