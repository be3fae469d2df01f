import { z } from 'zod'

type JsonSchema = Record<string, unknown>

/** What `openapi.json` says of schemas: the names of components, and sentences. */
const notes = z.registry<{ id?: string; description?: string }>()

/** What stands in `openapi.json` for a schema that does more than JSON Schema can say. */
const standIns = z.registry<{ json: JsonSchema }>()

/** The schema under a name of its own: a component of `openapi.json`. */
export function component<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  notes.add(schema, { id })
  return schema
}

/** The schema with a sentence about it, where one reads the document. */
export function described<Schema extends z.ZodType>(schema: Schema, description: string): Schema {
  notes.add(schema, { description })
  return schema
}

export function documentedAs<Schema extends z.ZodType>(schema: Schema, json: JsonSchema): Schema {
  standIns.add(schema, { json })
  return schema
}

/** JSON Schema 2020-12, with components referred to by `#/$defs/<name>`. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io,
    metadata: notes,
    override({ zodSchema, jsonSchema }) {
      const standIn = standIns.get(zodSchema)
      if (standIn !== undefined) {
        const { description } = notes.get(zodSchema) ?? {}
        replace(jsonSchema, {
          ...standIn.json,
          ...(description === undefined ? {} : { description }),
        })
      }
      // Answers may get further fields in later versions; which fields a request may have is said.
      if (io === 'output' && jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties
      }
    },
  })
  return json
}

function replace(target: JsonSchema, source: JsonSchema): void {
  for (const key of Object.keys(target)) delete target[key]
  Object.assign(target, source)
}
