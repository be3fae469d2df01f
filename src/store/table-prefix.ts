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

/** Puts the app's prefix before the name of each of our tables; works at compile time only. */
export function tablePrefixPlugin(prefix: string): KyselyPlugin {
  const transformer = new PrefixTransformer(prefix)
  return {
    transformQuery: (args: PluginTransformQueryArgs): RootOperationNode =>
      transformer.transformNode(args.node),
    transformResult: async (args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> =>
      args.result,
  }
}

class PrefixTransformer extends OperationNodeTransformer {
  readonly #prefix: string
  constructor(prefix: string) {
    super()
    this.#prefix = prefix
  }

  protected override transformSchemableIdentifier(
    node: SchemableIdentifierNode,
  ): SchemableIdentifierNode {
    const { name } = node.identifier
    if (!(tableNames as readonly string[]).includes(name)) return node
    return { ...node, identifier: IdentifierNode.create(this.#prefix + name) }
  }
}
