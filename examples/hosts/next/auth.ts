import NextAuth from 'next-auth'
import Credentials from 'next-auth/providers/credentials'

export const { auth, handlers, signIn, signOut } = NextAuth({
  providers: [
    Credentials({
      credentials: { name: {}, password: { type: 'password' } },
      // Here your users are looked up and their passwords checked.
      authorize: ({ name, password }) =>
        typeof name === 'string' && name !== '' && password === process.env.DEMO_PASSWORD
          ? { id: name, name }
          : null,
    }),
  ],
  callbacks: {
    session: ({ session, token }) => ({
      ...session,
      user: { ...session.user, id: token.sub ?? '' },
    }),
  },
})
