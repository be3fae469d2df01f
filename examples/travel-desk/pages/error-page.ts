import { html } from 'hono/html'
import { layout, type Html } from './layout.ts'

export function errorPage(isDatabase: boolean): Html {
  return layout({
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
