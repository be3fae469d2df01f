import { expect, test } from 'vitest'
import { testApp } from './app.ts'
import { writeRoutes } from './writes.ts'

type Headers = Record<string, string>
type Sender = 'token' | 'cookie' | 'neither'

const cookie = { cookie: 'sid=1' }

/** What a request is signed in by: three kinds, within which nothing may differ. Of `neither`, browsers send some by themselves. */
const senders: Record<Sender, Headers[]> = {
  token: [
    { authorization: 'Bearer x' },
    { authorization: 'bearer x' },
    { authorization: ' Token  x' },
  ],
  cookie: [
    cookie,
    { cookie: '' },
    { ...cookie, authorization: 'Bearer x' },
    { ...cookie, authorization: 'Basic eDp5' },
  ],
  neither: [
    {},
    { authorization: '' },
    { authorization: 'Basic eDp5' },
    { authorization: 'bASIC eDp5' },
    { authorization: 'Digest username="x"' },
    { authorization: 'Negotiate x' },
    { authorization: 'NTLM x' },
  ],
}

/** What `Sec-Fetch-Site` says. */
const words = {
  'same-origin': 'same-origin',
  none: 'none',
  'same-site': 'same-site',
  'cross-site': 'cross-site',
  'no known word': 'same-origin, cross-site',
  'an empty word': '',
  'another spelling': 'Same-Origin',
  nothing: null,
}
type Word = keyof typeof words

/** What `Origin` says. The request's own address is of `http://app.test`. */
const origins = {
  own: 'http://app.test',
  public: 'https://desk.example',
  trusted: 'https://app.example',
  'of another site': 'https://evil.example',
  'of another scheme': 'https://app.test',
  'of another port': 'http://app.test:8080',
  'of a name below': 'http://evil.app.test',
  'of a name that begins alike': 'http://app.test.evil.example',
  'of a name that ends alike': 'https://evildesk.example',
  'with a path': 'https://desk.example/',
  'a list': 'https://evil.example, http://app.test',
  'that hides itself': 'null',
  empty: '',
  none: null,
}
type OriginName = keyof typeof origins

const told = { publicOrigin: origins.public, trustedOrigins: [origins.trusted] }
const everyWord = Object.keys(words) as Word[]
const everyOrigin = Object.keys(origins) as OriginName[]
const badWords: Word[] = [
  'same-site',
  'cross-site',
  'no known word',
  'an empty word',
  'another spelling',
]

interface Rule {
  why: string
  senders: Sender[]
  words: Word[]
  /** Origins from which a request is accepted; from every other it is refused. */
  accepted: OriginName[]
  /** The same, where `publicOrigin` and `trustedOrigins` are set. */
  acceptedWhenTold: OriginName[]
}

const anyOrigin = { accepted: everyOrigin, acceptedWhenTold: everyOrigin }

const rules: Rule[] = [
  {
    why: 'no page of another site has a token, so one that comes without a cookie is accepted',
    senders: ['token'],
    words: everyWord,
    ...anyOrigin,
  },
  {
    why: 'what the browser says to be ours or typed by its user is accepted',
    senders: ['cookie', 'neither'],
    words: ['same-origin', 'none'],
    ...anyOrigin,
  },
  {
    why: 'what the browser says to be of elsewhere is refused, but from origins that the app names',
    senders: ['cookie', 'neither'],
    words: badWords,
    accepted: [],
    acceptedWhenTold: ['public', 'trusted'],
  },
  {
    why: 'where the browser says nothing, a cookie is accepted with our own origin only',
    senders: ['cookie'],
    words: ['nothing'],
    accepted: ['own'],
    acceptedWhenTold: ['public', 'trusted'],
  },
  {
    why: 'where nothing tells of a browser, and nothing is sent by itself, there is nobody to protect',
    senders: ['neither'],
    words: ['nothing'],
    accepted: ['own', 'none'],
    acceptedWhenTold: ['public', 'trusted', 'none'],
  },
]

test.each(rules)('$why', async (rule) => {
  for (const options of [{}, told]) {
    const { ask } = testApp(options)
    const expected = options === told ? rule.acceptedWhenTold : rule.accepted
    for (const { method, path } of writeRoutes) {
      for (const { what, headers, origin } of requestsOf(rule)) {
        // It names nothing that exists and has no fields: what is let past is answered 404 or 400.
        const address = path.replaceAll(/:\w+/g, 'nobodys')
        const answer = await ask(method, address, { headers })
        const isAccepted = answer.status !== 403 && !(await answer.text()).includes('cross_site')
        const cell = `${method} ${path} with ${what}${options === told ? ', told' : ''}`
        expect(isAccepted, cell).toBe(expected.includes(origin))
      }
    }
  }
})

test('the rules say of every combination what becomes of it, once', () => {
  const found = rules.flatMap((rule) =>
    rule.senders.flatMap((sender) => rule.words.map((word) => `${sender}: ${word}`)),
  )
  const all = Object.keys(senders).flatMap((sender) =>
    everyWord.map((word) => `${sender}: ${word}`),
  )
  expect(found.toSorted()).toEqual(all.toSorted())
})

test('all that is not for reading only is a write or of the admin, which are behind the check', () => {
  const kinds = new Set(writeRoutes.map(({ kind }) => kind))
  expect(kinds).toEqual(new Set(['write', 'admin']))
})

function requestsOf(rule: Rule): { what: string; headers: Headers; origin: OriginName }[] {
  return rule.senders
    .flatMap((sender) => senders[sender])
    .flatMap((sender) =>
      rule.words.flatMap((word) =>
        everyOrigin.map((origin) => {
          const headers = {
            ...sender,
            ...header('sec-fetch-site', words[word]),
            ...header('origin', origins[origin]),
          }
          return { what: JSON.stringify(headers), headers, origin }
        }),
      ),
    )
}

function header(name: string, value: string | null): Headers {
  return value === null ? {} : { [name]: value }
}
