import { defineConfig } from 'nitro'

export default defineConfig({
  serverDir: './server',
  // Its files are read when a page asks for them.
  traceDeps: ['htmx.org*'],
})
