import { defineHandler } from 'nitro/h3'

export default defineHandler((event) => {
  event.context.user = event.req.headers.get('x-user') // your sign-in goes here
  event.res.headers.set('x-frame-options', 'DENY')
})
