import { z } from 'zod'
import { documentedAs } from './documented.ts'
import { fields } from './fields.ts'
import { imageRule, isAcceptedImage } from './image.ts'

/*
 * The allow-list for what a client may say to an agent: messages of the user, made of text and images. Anything else the
 * SDK would take (system or assistant messages, tool calls and their results, references and provider data) would
 * let a client forge what the agent believes to have happened.
 */

const text = z.string('must be text').min(1, 'must not be empty')

const part = z.discriminatedUnion(
  'type',
  [
    fields({ type: z.literal('input_text'), text }),
    fields({
      type: z.literal('input_image'),
      image: documentedAs(z.string(imageRule).refine(isAcceptedImage, imageRule), {
        type: 'string',
        format: 'uri',
        description: `It ${imageRule}.`,
      }),
      detail: z.enum(['low', 'high', 'auto'], 'must be "low", "high" or "auto"').optional(),
    }),
  ],
  'must be of type "input_text" or "input_image"',
)

const contentRule = 'must be text or a list of parts of type "input_text" or "input_image"'
const content = z.union([text, z.array(part).min(1, 'must not be empty')], contentRule)

const userItem = fields({
  role: z.literal('user', 'must be "user": clients can send messages of the user only'),
  type: z.literal('message', 'must be "message", or left out').optional(),
  content,
})

export const inputField = z.union(
  [
    documentedAs(
      z.string().refine((value) => value.trim() !== '', 'must not be blank'),
      { type: 'string', pattern: '\\S' },
    ),
    z.array(userItem).min(1, 'must not be an empty list'),
  ],
  'must be text or a list of user messages',
)
