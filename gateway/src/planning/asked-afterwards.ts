import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { variablesIn } from './look-up-parts.ts';
import { type EntityFetch, nodesOf, type PlanNode, type PlanPath, type Requirement } from './plan.ts';

/** A field that is looked up when all else is there. */
export interface LateField {
  readonly field: FieldNode;
  /** Its objects. */
  readonly path: PlanPath;
  /** Whom to ask, and the name that their type has there. */
  readonly subgraph: string;
  readonly type: string;
  /** What has to be told of them, which the operation asks for in the field's stead. */
  readonly told: readonly SelectionNode[];
}

/** Fields without anything below them, each looked up after the rest of a plan: a planner that knows no way to them is asked for what they require. */
export class AskedAfterwards {
  readonly #fields: LateField[] = [];

  get isEmpty(): boolean {
    return this.#fields.length === 0;
  }

  add(field: LateField): void {
    this.#fields.push(field);
  }

  /** The plan of the operation without them, and then they. */
  after(plan: PlanNode, { variableDefinitions = [] }: OperationDefinitionNode): PlanNode {
    const lookUps = new Map<string, LateField[]>();
    for (const late of this.#fields) {
      const { path, subgraph, type, told } = late;
      const key = JSON.stringify([path, subgraph, type, told.map(print)]);
      lookUps.set(key, [...(lookUps.get(key) ?? []), late]);
    }
    const fetches = [...lookUps.values()].flatMap((fields) => lookUpOf(fields, variableDefinitions));
    return nodesOf('sequence', [plan, nodesOf('parallel', fetches)]) ?? plan;
  }
}

function lookUpOf(
  fields: readonly LateField[],
  definitions: readonly VariableDefinitionNode[],
): readonly EntityFetch[] {
  const [first] = fields;
  if (first === undefined) return [];
  const { path, subgraph, type, told } = first;
  const used = new Set(fields.flatMap(({ field }) => [...variablesIn(field)]));
  const declared = definitions.filter(({ variable }) => used.has(variable.name.value)).map(print);
  const asked = [...new Set(fields.map(({ field }) => print(field)))];
  const operation = `query (${['$representations: [_Any!]!', ...declared].join(', ')}) {
    _entities(representations: $representations) { ... on ${type} { ${asked.join(' ')} } }
  }`;
  const group = {
    key: '_entities',
    variable: 'representations',
    paths: [path],
    requires: [{ kind: 'fragment' as const, on: type, below: told.flatMap(requirementOf) }],
    inputRewrites: [{ kind: 'set' as const, path: [], key: '__typename', value: type }],
    outputRewrites: [],
  };
  return [
    {
      kind: 'entities',
      subgraph,
      operation,
      operationName: undefined,
      variables: [...used],
      groups: [group],
      context: [],
    },
  ];
}

function requirementOf(selection: SelectionNode): readonly Requirement[] {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
  const below = selection.selectionSet?.selections.flatMap(requirementOf) ?? [];
  if (selection.kind === Kind.INLINE_FRAGMENT)
    return [{ kind: 'fragment', on: selection.typeCondition?.name.value, below }];
  const key = selection.name.value;
  return [{ kind: 'field', from: key, to: key, below }];
}
