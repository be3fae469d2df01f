import { Env } from '@adonisjs/core/env'

export default await Env.create(new URL('../', import.meta.url), {
  HOST: Env.schema.string({ format: 'host' }),
  PORT: Env.schema.number(),
  APP_KEY: Env.schema.secret(),
  DATABASE_URL: Env.schema.string.optional(),
  DEMO_PASSWORD: Env.schema.string.optional(),
})
