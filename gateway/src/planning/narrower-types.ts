import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { typenameField } from '../execution/compiled/conditions.ts';
import { withoutSpreads } from '../execution/named-fragments.ts';
import { variablesIn } from './look-up-parts.ts';
import type { EntityFetch, Plan, PlanNode, RootFetch } from './plan.ts';
import type { Planner } from './planner.ts';
import { nameIn, type OwnType, type SubgraphTypes } from './subgraph-types.ts';

/**
 * Has subgraphs asked by their own types, where these are narrower than the graph's (`next: A` where the graph has `next: I`). A fragment on a type that no object can
 * have there makes a subgraph refuse the whole text (GraphQL §5.5.2.3), so it is left out: Hive's planner writes what holds in the graph. And the type of such
 * objects is asked in every operation: where it is no question to a subgraph, Apollo's planner does not ask it, and leaves out objects of which only others are asked.
 */
export function withNarrowerTypes(planner: Planner, types: SubgraphTypes, apiSchema: GraphQLSchema): Planner {
  const narrower = types.differing.filter(({ own, inGraph }) => nameIn(own) !== nameIn(inGraph));
  if (narrower.length === 0) return planner;
  const namesOf = new Map<string, Set<string>>();
  for (const { graph, field } of narrower)
    namesOf.set(graph, (namesOf.get(graph) ?? new Set<string>()).add(field));
  const fitted = (node: PlanNode): PlanNode => {
    if (node.kind === 'sequence' || node.kind === 'parallel')
      return { ...node, nodes: node.nodes.map(fitted) };
    // Most texts have none of the fields, which is seen without reading them.
    const names = namesOf.get(types.graphOf(node.subgraph)) ?? [];
    return [...names].some((name) => node.operation.includes(name)) ? fittedFetch(node, types) : node;
  };
  const ofPlan = (plan: Plan): Plan => plan && fitted(plan);
  const withTypes = typesAsked(narrower, apiSchema);
  return {
    plan: async (document, operationName, by) =>
      ofPlan(await planner.plan(withTypes(document), operationName, by)),
    close: async () => planner.close?.(),
  };
}

/** Asks the type of objects wherever a subgraph has an object type and the graph a wider one. */
function typesAsked(
  narrower: readonly OwnType[],
  schema: GraphQLSchema,
): (document: DocumentNode) => DocumentNode {
  const own = new Map<string, Set<string>>();
  for (const { parent, field, own: written } of narrower) {
    const type = schema.getType(parent);
    const around = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
    for (const name of [parent, ...around.map((each) => each.name)]) {
      const place = `${name}.${field}`;
      own.set(place, (own.get(place) ?? new Set<string>()).add(nameIn(written)));
    }
  }
  const asked = new Map([...own].map(([place, types]) => [place, typesOf([...types], schema)]));
  return (document) => {
    const info = new TypeInfo(schema);
    const ofField = (field: FieldNode): FieldNode | undefined => {
      const types = asked.get(`${info.getParentType()?.name}.${field.name.value}`);
      const { selectionSet } = field;
      if (types === undefined || selectionSet === undefined || selectionSet.selections.some(isTypename))
        return undefined;
      return {
        ...field,
        selectionSet: { ...selectionSet, selections: [...types, ...selectionSet.selections] },
      };
    };
    return visit(document, visitWithTypeInfo(info, { [Kind.FIELD]: ofField }));
  };
}

/** Of all objects; of those types alone where a subgraph has a narrower interface as well, at which Apollo's planner fails to ask for what the wider one has. */
function typesOf(types: readonly string[], schema: GraphQLSchema): readonly SelectionNode[] {
  const objects = types.filter((name) => isObjectType(schema.getType(name)));
  if (objects.length === types.length) return [typenameField];
  return objects.map((value) => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [typenameField] },
  }));
}

function fittedFetch(fetch: RootFetch | EntityFetch, types: SubgraphTypes): RootFetch | EntityFetch {
  const document = withoutSpreads(parse(fetch.operation, { noLocation: true }));
  const fitting = new FittingSelections(fetch.subgraph, types);
  const used = new Set<string>();
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
    const { variableDefinitions: declared = [], ...asked } = fitting.operation(definition);
    for (const name of variablesIn(asked)) used.add(name);
    return {
      ...asked,
      variableDefinitions: declared.filter(({ variable }) => used.has(variable.name.value)),
    };
  });
  if (!fitting.isAnyChanged) return fetch;
  const variables = fetch.variables.filter((name) => used.has(name));
  return { ...fetch, operation: print({ ...document, definitions }), variables };
}

/** By whose type fields are read. */
interface Place {
  /** In the subgraph; unknown of what only subgraphs have. */
  readonly type: string | undefined;
  /** Below a field of a narrower type than the planner may have read. */
  readonly isNarrower: boolean;
}

/** The selections of one text that fit the types of its subgraph. */
class FittingSelections {
  isAnyChanged = false;
  readonly #subgraph: string;
  readonly #types: SubgraphTypes;

  constructor(subgraph: string, types: SubgraphTypes) {
    this.#subgraph = subgraph;
    this.#types = types;
  }

  operation(definition: OperationDefinitionNode): OperationDefinitionNode {
    const type = this.#types.schema.getRootType(definition.operation)?.name;
    return { ...definition, selectionSet: this.#set(definition.selectionSet, { type, isNarrower: false }) };
  }

  #set(set: SelectionSetNode, place: Place): SelectionSetNode {
    const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return [this.#field(selection, place)];
      return selection.kind === Kind.INLINE_FRAGMENT ? this.#fragment(selection, place) : [selection];
    });
    return { ...set, selections: selections.length === 0 ? [typenameField] : selections };
  }

  #field(field: FieldNode, place: Place): FieldNode {
    if (field.selectionSet === undefined) return field;
    const inGraph = nameIn(this.#types.inGraph(place.type, field.name.value));
    const type = nameIn(this.#types.of(this.#subgraph, place.type, field.name.value));
    const isNarrower = place.isNarrower || type !== inGraph;
    return { ...field, selectionSet: this.#set(field.selectionSet, { type, isNarrower }) };
  }

  #fragment(fragment: InlineFragmentNode, place: Place): readonly SelectionNode[] {
    const on = fragment.typeCondition?.name.value;
    if (place.isNarrower && on !== undefined && !this.#fits(on, place.type)) {
      this.isAnyChanged = true;
      return [];
    }
    const { selectionSet } = fragment;
    return [{ ...fragment, selectionSet: this.#set(selectionSet, { ...place, type: on ?? place.type }) }];
  }

  /** Whether any object that is of a type in the subgraph may be of the other. Of supergraphs of old all is not known. */
  #fits(on: string, type: string | undefined): boolean {
    const possible = type === undefined ? [] : [...this.#types.objectsIn(this.#subgraph, type)];
    const asked = new Set(this.#types.objectsInGraph(on));
    return (
      possible.length === 0 ||
      possible.some((name) => this.#types.objectsInGraph(name).some((each) => asked.has(each)))
    );
  }
}

const isTypename = (selection: SelectionNode): boolean =>
  selection.kind === Kind.FIELD && selection.name.value === '__typename';
