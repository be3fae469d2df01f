import app from '@adonisjs/core/services/app'
import { defineConfig, stores } from '@adonisjs/session'

export default defineConfig({
  store: 'file',
  age: '2h',
  cookieName: 'adonis-session',
  cookie: { path: '/', httpOnly: true, secure: app.inProduction, sameSite: 'lax' },
  stores: { file: stores.file({ location: app.tmpPath('sessions') }) },
})
