import { Hono, type Context } from 'hono'
import { assets } from './assets.ts'
import { newIdempotencyKey, readConversation } from './chat-view.ts'
import { createConversations } from './conversations.ts'
import { openDesk } from './desk.ts'
import { pageHeaders, sameSiteOnly } from './guard.ts'
import { isPassing } from './patience.ts'
import { bookingsPanel } from './pages/bookings-panel.ts'
import { chatPage } from './pages/chat-page.ts'
import { errorPage } from './pages/error-page.ts'
import { galleryPage } from './pages/gallery-page.ts'
import { signInPage } from './pages/sign-in-page.ts'
import type { Settings } from './settings.ts'
import { demoUsers } from './sign-in.ts'

export interface TravelDesk {
  fetch(request: Request): Response | Promise<Response>
  close(): Promise<void>
}

export async function createTravelDesk(settings: Settings): Promise<TravelDesk> {
  const { database, bookings, signIn, agentic } = await openDesk(settings)
  await agentic.start()
  const conversations = createConversations(database, agentic)
  const { demoLogin, isDevelopment, model } = settings
  const { assetUrl } = agentic
  const userOf = (context: Context) => signIn.userOf(context.req.raw)

  const app = new Hono()
  app.all('/agents/*', (context) => agentic.fetch(context.req.raw))
  app.use(pageHeaders, sameSiteOnly)
  app.route('/assets', assets())

  // Of this process, from memory: whoever watches it asks often.
  app.get('/healthz', (context) => {
    const health = agentic.health()
    return context.json(health, health.status === 'ok' ? 200 : 503)
  })

  app.get('/', async (context) => {
    const user = await userOf(context)
    if (!user) return context.html(signInPage({ assetUrl, demoLogin }))
    const sessionKey = await conversations.keyOf(user)
    return context.html(
      chatPage({
        ...(await readConversation(agentic, user, sessionKey)),
        assetUrl,
        user: demoUsers[user] ?? user,
        sessionKey,
        idempotencyKey: newIdempotencyKey(),
        bookings: await bookings.list(user),
        isOffline: model.kind === 'offline',
        modelName: (model.kind === 'openai' && model.name) || 'OpenAI API',
      }),
    )
  })

  app.post('/demo-login', async (context) => {
    if (!demoLogin) return context.text('The demo login is off: NODE_ENV is production.', 403)
    const { user } = await context.req.parseBody()
    if (typeof user !== 'string' || !Object.hasOwn(demoUsers, user)) {
      return context.html(signInPage({ assetUrl, demoLogin, unknownUser: true }), 400)
    }
    context.header('Set-Cookie', await signIn.begin(user, context.req.raw))
    return context.redirect('/', 303)
  })

  app.post('/log-out', async (context) => {
    context.header('Set-Cookie', await signIn.end(context.req.raw))
    return context.redirect('/', 303)
  })

  app.post('/new-conversation', async (context) => {
    const user = await userOf(context)
    if (user) await conversations.renew(user)
    return context.redirect('/', 303)
  })

  // For whoever works on the fragments; there is nothing of anybody's on it.
  if (isDevelopment)
    app.get('/gallery', async (context) => context.html(await galleryPage(assetUrl)))

  app.get('/bookings', async (context) => {
    const user = await userOf(context)
    if (!user) return context.json({ error: 'Sign in first.', code: 'unauthenticated' }, 401)
    const booked = await bookings.list(user)
    context.header('Vary', 'HX-Request')
    if (context.req.header('hx-request')) return context.html(bookingsPanel(booked))
    return context.json(booked)
  })

  app.onError((error, context) => {
    console.error(error)
    // A database that is locked, full or away is nobody's mistake, and may be back at the next try.
    const code = 'code' in error ? String(error.code) : ''
    const isDatabase = isPassing(error) || /^(?:ERR_SQLITE|database_)/.test(code)
    return context.html(errorPage({ assetUrl, isDatabase }), isDatabase ? 503 : 500)
  })

  return {
    fetch: (request) => app.fetch(request),
    async close() {
      await agentic.close()
      await database.close()
    },
  }
}
