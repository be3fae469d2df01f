import type { Agentic } from 'agentic-node'
import { html } from 'hono/html'
import { layout, type Html } from './layout.ts'

interface ErrorView {
  assetUrl: Agentic['assetUrl']
  isDatabase: boolean
}

export function errorPage({ assetUrl, isDatabase }: ErrorView): Html {
  return layout({
    assetUrl,
    title: 'Something went wrong · Travel desk',
    body: html`<main class="sign-in">
      <h1>The desk is closed for a moment</h1>
      <p class="lead">
        ${isDatabase ? 'Its database does not answer.' : 'Something unexpected happened.'} Nothing
        that was accepted is lost. Please try again.
      </p>
      <p><a class="button" href="/">Try again</a></p>
    </main>`,
  })
}
