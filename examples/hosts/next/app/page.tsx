import { auth, signIn } from '../auth'
import { agentic } from '../lib/agentic'
import { Chat } from './chat'

export default async function Page() {
  const owner = (await auth())?.user?.id
  return owner ? <Conversation owner={owner} /> : <SignIn />
}

async function Conversation({ owner }: { owner: string }) {
  const conversation = await agentic.renderConversation({ owner, key: 'orders' })
  return (
    <main>
      <link rel="stylesheet" href="/agents/static/agentic.css" precedence="default" />
      <h1>Hello, {owner}</h1>
      <div dangerouslySetInnerHTML={{ __html: conversation }} />
      <Chat sessionKey="orders" />
    </main>
  )
}

async function SignIn() {
  async function signInWith(form: FormData) {
    'use server'
    await signIn('credentials', form)
  }
  return (
    <form action={signInWith}>
      <h1>Hello</h1>
      <input name="name" required aria-label="Name" />
      <input name="password" type="password" required aria-label="Password" />
      <button>Sign in</button>
    </form>
  )
}
