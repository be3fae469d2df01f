import { html, raw } from 'hono/html'
import type { ChatView } from '../chat-view.ts'
import { bookingsPanel } from './bookings-panel.ts'
import { composer, examples } from './composer.ts'
import { layout, type Html } from './layout.ts'

export function chatPage(view: ChatView): Html {
  return layout({
    title: 'Travel desk',
    assetUrl: view.assetUrl,
    refreshSeconds: view.isBusy ? 3 : undefined,
    header: header(view),
    body: html`<main class="desk">
      <section class="chat" aria-label="Chat">
        ${welcome(view)}
        <div
          id="conversation"
          role="log"
          aria-label="Conversation"
          hx-get="/agents/sessions/${view.sessionKey}/items/"
          hx-trigger="run-update from:body"
          hx-swap="innerMorph"
        >
          ${raw(view.conversation)}
        </div>
        <div id="runs">${raw(view.runs.join(''))}</div>
        <p id="notice" class="notice notice--bad" role="alert" hidden></p>
        ${composer(view)}
      </section>
      ${bookings(view)}
    </main>`,
  })
}

function header({ user, isOffline, modelName }: ChatView): Html {
  const model = isOffline
    ? html`<span
        class="badge badge--offline"
        title="A small program that reads your words, without any network. Set OPENAI_API_KEY for a real model."
        >Offline model</span
      >`
    : html`<span class="badge">${modelName}</span>`
  return html`${model}
    <div class="bar__actions">
      <form method="post" action="/new-conversation">
        <button class="button button--quiet" aria-label="New conversation">
          New<span class="wide-only"> conversation</span>
        </button>
      </form>
      <form method="post" action="/log-out">
        <button class="button button--quiet">Log out<span class="wide-only"> ${user}</span></button>
      </form>
    </div>`
}

/** Shown as long as nothing has been said. */
function welcome(view: ChatView): Html {
  return html`<div class="welcome">
    <h1>Hello ${view.user}, where would you like to go?</h1>
    <p class="lead">
      Name two cities, any in the world, and a day. The agent finds flights, tells what they cost
      and books the one you choose.
    </p>
    ${examples(view)}
  </div>`
}

function bookings({ bookings: booked }: ChatView): Html {
  return html`<aside class="side" aria-labelledby="bookings-title">
    <h2 id="bookings-title">Your bookings</h2>
    <div
      id="bookings"
      aria-live="polite"
      hx-get="/bookings"
      hx-trigger="run-update from:body"
      hx-swap="innerMorph"
    >
      ${bookingsPanel(booked)}
    </div>
  </aside>`
}
