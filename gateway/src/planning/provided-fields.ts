import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
} from 'graphql';
import { withoutSpreads } from '../execution/named-fragments.ts';
import { selectionsIn } from './context-fields.ts';
import type { Plan } from './plan.ts';
import { saidFields } from './said-fields.ts';
import { addressesIn } from './subgraph-addresses.ts';

/** What one subgraph says of a field. */
interface Said {
  /** It resolves the field only below one that provides it. */
  readonly isExternal: boolean;
  readonly provides: readonly SelectionNode[];
}

const nothing: Said = { isExternal: false, provides: [] };

/**
 * The fields that subgraphs have of other subgraphs (`@external`) and give where a field above says so (`@provides`), and nowhere else. Planners take what is
 * provided in one place for provided in all (Apollo's where something requires it): asked elsewhere the subgraph answers null, and nobody is told.
 */
export class ProvidedFields {
  readonly #schema: GraphQLSchema;
  /** By the name that plans have for a subgraph, and `Type.field`. */
  readonly #said = new Map<string, Map<string, Said>>();
  readonly #graphs: ReadonlyMap<string, string>;
  #isProvided = false;

  constructor(supergraph: DocumentNode, supergraphSchema: GraphQLSchema) {
    this.#schema = supergraphSchema;
    this.#graphs = new Map(
      addressesIn(supergraph).flatMap(({ graph, name }) => [
        [graph, graph],
        [name, graph],
      ]),
    );
    for (const { graph, address, isExternal, provides } of saidFields(supergraphSchema)) {
      if (!isExternal && provides === undefined) continue;
      const said = { isExternal, provides: provides === undefined ? [] : selectionsIn(provides) };
      this.#isProvided ||= said.provides.length > 0;
      const fields = this.#said.get(graph) ?? new Map<string, Said>();
      this.#said.set(graph, fields.set(address, said));
    }
  }

  /** Whether a plan asks a subgraph for what it does not give there. */
  isMisplacedIn(plan: Plan): boolean {
    if (plan === undefined || !this.#isProvided) return false;
    if (plan.kind === 'sequence' || plan.kind === 'parallel')
      return plan.nodes.some((node) => this.isMisplacedIn(node));
    const fields = this.#said.get(this.#graphs.get(plan.subgraph) ?? plan.subgraph);
    if (fields === undefined) return false;
    return withoutSpreads(parse(plan.operation, { noLocation: true })).definitions.some((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return false;
      const root = this.#schema.getRootType(definition.operation);
      return this.#isMisplaced(definition.selectionSet.selections, root?.name, { fields, provided: [] });
    });
  }

  #isMisplaced(
    selections: readonly SelectionNode[],
    typeName: string | undefined,
    at: { readonly fields: ReadonlyMap<string, Said>; readonly provided: readonly SelectionNode[] },
  ): boolean {
    const type = typeName === undefined ? undefined : this.#schema.getType(typeName);
    return selections.some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
      const below = selection.selectionSet?.selections ?? [];
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return this.#isMisplaced(below, selection.typeCondition?.name.value ?? typeName, at);
      const name = selection.name.value;
      // `_entities` is of no type that the supergraph has: what is below it names its own.
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
      const { isExternal, provides } = at.fields.get(`${typeName}.${name}`) ?? nothing;
      const given = at.provided.flatMap((each) => fieldsNamed(name, each));
      if (isExternal && given.length === 0) return true;
      const provided = [...given.flatMap((each) => each.selectionSet?.selections ?? []), ...provides];
      return this.#isMisplaced(below, field && getNamedType(field.type).name, {
        fields: at.fields,
        provided,
      });
    });
  }
}

/** Of a selection that is provided, what it says of a field: its fragments are of types that the object may be of. */
function fieldsNamed(
  name: string,
  selection: SelectionNode,
): readonly Extract<SelectionNode, { kind: Kind.FIELD }>[] {
  if (selection.kind === Kind.FIELD) return selection.name.value === name ? [selection] : [];
  if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
  return selection.selectionSet.selections.flatMap((each) => fieldsNamed(name, each));
}
