import { defineConfig } from '@adonisjs/core/bodyparser'

export default defineConfig({
  // Above `limits.inputBytes`: what is too long for us is then answered by us.
  json: { limit: '2mb' },
  form: { limit: '2mb' },
})
