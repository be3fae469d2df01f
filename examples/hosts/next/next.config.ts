import type { NextConfig } from 'next'

const config: NextConfig = {
  // Loaded by Node rather than bundled.
  serverExternalPackages: ['agentic-node', '@openai/agents'],
  // Both forms of an address are answered, instead of one by a redirect to the other.
  skipTrailingSlashRedirect: true,
  headers: async () => [
    { source: '/:path*', headers: [{ key: 'X-Frame-Options', value: 'DENY' }] },
  ],
  // Only as this app is a folder of another repository.
  turbopack: { root: import.meta.dirname },
}

export default config
