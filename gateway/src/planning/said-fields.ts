import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { fieldsIn } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';

/** What one subgraph says of a field. */
export interface SaidField {
  /** As the supergraph's enum names it. */
  readonly graph: string;
  /** Of the object or interface that it is a field of. */
  readonly parent: string;
  readonly name: string;
  /** `Type.field` */
  readonly address: string;
  /** It has the field of another subgraph, and not as its key, which it resolves all the same. */
  readonly isExternal: boolean;
  readonly requires: string | undefined;
  readonly provides: string | undefined;
  /** Its type there, written where subgraphs differ about it. */
  readonly type: string | undefined;
}

/** What subgraphs say of fields of objects and interfaces, as the directives of a supergraph have it. */
export function* saidFields(supergraph: GraphQLSchema): Generator<SaidField> {
  for (const parent of Object.values(supergraph.getTypeMap())) {
    if (!isObjectType(parent) && !isInterfaceType(parent)) continue;
    const keys = new Set(
      (parent.astNode?.directives ?? []).flatMap((directive) => {
        const { key, graph } = argumentsOf(directive, 'join__type');
        return typeof key === 'string' ? fieldsIn(key).map(({ name }) => `${graph} ${name.value}`) : [];
      }),
    );
    for (const { name, astNode } of Object.values(parent.getFields()))
      for (const directive of astNode?.directives ?? []) {
        const { graph, external, requires, provides, type } = argumentsOf(directive, 'join__field');
        if (typeof graph !== 'string') continue;
        yield {
          graph,
          parent: parent.name,
          name,
          address: `${parent.name}.${name}`,
          isExternal: external === true && !keys.has(`${graph} ${name}`),
          requires: typeof requires === 'string' ? requires : undefined,
          provides: typeof provides === 'string' ? provides : undefined,
          type: typeof type === 'string' ? type : undefined,
        };
      }
  }
}
