import {
  IdentifierNode,
  OperationNodeTransformer,
  type SchemableIdentifierNode,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely'
import { tableNames } from './tables.ts'

/** Puts the app's schema and prefix before the name of each of our tables; works at compile time only. */
export function tablePrefixPlugin(prefix: string, schema: string | null): KyselyPlugin {
  const transformer = new PrefixTransformer(prefix, schema)
  return {
    transformQuery: (args: PluginTransformQueryArgs): RootOperationNode =>
      transformer.transformNode(args.node),
    transformResult: async (args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> =>
      args.result,
  }
}

class PrefixTransformer extends OperationNodeTransformer {
  readonly #prefix: string
  readonly #schema: string | null
  constructor(prefix: string, schema: string | null) {
    super()
    this.#prefix = prefix
    this.#schema = schema
  }

  protected override transformSchemableIdentifier(
    node: SchemableIdentifierNode,
  ): SchemableIdentifierNode {
    const { name } = node.identifier
    if (!(tableNames as readonly string[]).includes(name)) return node
    const identifier = IdentifierNode.create(this.#prefix + name)
    if (this.#schema === null) return { ...node, identifier }
    return { ...node, schema: IdentifierNode.create(this.#schema), identifier }
  }
}
