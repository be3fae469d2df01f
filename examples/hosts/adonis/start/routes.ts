import router from '@adonisjs/core/services/router'
import { adonisAgentic } from 'agentic-node/adonis'
import { agentic } from '#app/agentic'
import { checkPassword } from '#app/users'

router.any('/agents/*', adonisAgentic(agentic))

router.get('/', async ({ auth, request }) => {
  const token = `<input type="hidden" name="_csrf" value="${request.csrfToken}">`
  if (await auth.check())
    return `<form method="post" action="/logout">Hello ${token}<button>Sign out</button></form>`
  return `<form method="post" action="/login">Hello ${token}
    <input name="name" required aria-label="Name">
    <input name="password" type="password" required aria-label="Password">
    <button>Sign in</button></form>`
})

router.post('/login', async ({ auth, request, response }) => {
  const user = checkPassword(request.input('name'), request.input('password'))
  if (user === null) return response.unauthorized('Wrong name or password.')
  await auth.use('web').login(user)
  return response.redirect('/')
})

router.post('/logout', async ({ auth, response }) => {
  await auth.use('web').logout()
  return response.redirect('/')
})

router.get('/health', () => agentic.health())
