import { createAgentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import express, { type Request } from 'express'
import session from 'express-session'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { support } from './support.ts'
import { checkPassword, type User } from './users.ts'

export const agentic = createAgentic({
  agents: { support },
  owner: (_request, req: Request) => (req.user as User | undefined)?.id ?? null,
})

passport.use(
  new Strategy((name, password, done) => done(null, checkPassword(name, password) ?? false)),
)
passport.serializeUser<string>((user, done) => done(null, (user as User).id))
passport.deserializeUser<string>((id, done) => done(null, { id }))

const app = express()
const secret = process.env['SESSION_SECRET'] ?? 'a secret of your own'
const cookie = { sameSite: 'lax', maxAge: 8 * 3_600_000 } as const
app.use(session({ secret, resave: false, saveUninitialized: false, cookie }))
app.use(passport.session())
app.post('/sign-in', express.json(), passport.authenticate('local'), (_req, res) => {
  res.sendStatus(204)
})
app.post('/sign-out', (req, res, next) => {
  req.logout((error) => (error ? next(error) : res.sendStatus(204)))
})
app.use(expressAgentic(agentic))
export const server = app.listen(Number(process.env['PORT'] ?? 3000))
