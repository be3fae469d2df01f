import { z } from 'zod'

type JsonSchema = Record<string, unknown>

/** Names under which schemas are components of `openapi.json`. */
export const components = z.registry<{ id: string }>()

/** What stands in `openapi.json` for a schema that does more than JSON Schema can say. */
const standIns = z.registry<{ json: JsonSchema }>()

export function documentedAs<Schema extends z.ZodType>(schema: Schema, json: JsonSchema): Schema {
  standIns.add(schema, { json })
  return schema
}

/** JSON Schema 2020-12, with components referred to by `#/$defs/<name>`. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io,
    metadata: components,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const standIn = standIns.get(zodSchema)
      if (standIn !== undefined) replace(jsonSchema, standIn.json)
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
