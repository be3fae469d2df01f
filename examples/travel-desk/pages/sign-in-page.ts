import type { Agentic } from 'agentic-node'
import { html } from 'hono/html'
import { demoUsers } from '../sign-in.ts'
import { layout, type Html } from './layout.ts'

interface SignInView {
  assetUrl: Agentic['assetUrl']
  demoLogin: boolean
  unknownUser?: boolean
}

export function signInPage({ assetUrl, demoLogin, unknownUser }: SignInView): Html {
  return layout({
    title: 'Sign in · Travel desk',
    assetUrl,
    body: html`<main class="sign-in">
      <h1>Where to next?</h1>
      <p class="lead">
        Ask an agent for flights and let it book one. What it does is recorded step by step, so it
        finishes even when this server is killed in the middle.
      </p>
      ${unknownUser && html`<p class="notice notice--bad" role="alert">There is no such user.</p>`}
      ${demoLogin ? userForm() : html`<p class="notice">The demo login is off here.</p>`}
    </main>`,
  })
}

function userForm(): Html {
  return html`<form method="post" action="/demo-login" class="users">
    <h2>Continue as</h2>
    ${Object.entries(demoUsers).map(
      ([id, name]) =>
        html`<button name="user" value="${id}" class="user">
          <span class="avatar" aria-hidden="true">${name[0]}</span>${name}
        </button>`,
    )}
    <p class="hint">A demo: no passwords. Each user has their own conversation and bookings.</p>
  </form>`
}
