import { defineConfig } from '@adonisjs/shield'

export default defineConfig({
  csrf: {
    enabled: true,
    methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
    // There we refuse what another site sends, and programs have no token.
    exceptRoutes: ['/agents/*'],
  },
  xFrame: { enabled: true, action: 'DENY' },
})
