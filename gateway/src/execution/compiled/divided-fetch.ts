import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type TypeNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { EntityFetch } from '../../planning/plan.ts';
import { type RequestHead, requestHead } from './planned-request.ts';

/** A part of the entities of a fetch, which is asked for in a field of its own because its variables have other values than those of others. */
export interface FetchPart {
  /** Variables without a value: fields that take one are not asked. */
  readonly missing: readonly string[];
}

/** A fetch of entities that can be divided. */
export interface DividedFetch {
  /** Variables that null is no value for. */
  readonly required: ReadonlySet<string>;
  /** Variables of numbers that are no more exact than they were read. */
  readonly floats: ReadonlySet<string>;
  /** Whether there is anything left to ask of such a part. */
  asks(part: FetchPart): boolean;
  /** The request of these parts. Made once for all that are alike. */
  head(parts: readonly FetchPart[]): RequestHead;
}

/** What a name is called in the part of that number. */
export function nameInPart(name: string, part: number): string {
  return `${name}_${part}`;
}

/** Whether some part calls it so. */
export function isNameInPart(name: string, own: string): boolean {
  return name.startsWith(`${own}_`) && /^\d+$/.test(name.slice(own.length + 1));
}

/** So many texts of a fetch are kept; few objects miss anything. */
const textLimit = 1_000;

/** `divided` are the names of the variables that each part has for itself. */
export function divideFetch(node: EntityFetch, divided: ReadonlySet<string>): DividedFetch {
  const document = parse(node.operation, { noLocation: true });
  const definitions = operationOf(document).variableDefinitions ?? [];
  const heads = new Map<string, RequestHead>();
  return {
    required: new Set(
      definitions
        .filter(({ type }) => type.kind === Kind.NON_NULL_TYPE)
        .map(({ variable }) => variable.name.value),
    ),
    floats: new Set(
      definitions.filter(({ type }) => nameOf(type) === 'Float').map(({ variable }) => variable.name.value),
    ),
    asks: ({ missing }) =>
      missing.length === 0 ||
      operationOf(withoutTaking(document, missing)).selectionSet.selections.length > 0,
    head: (parts) => {
      const key = parts.map(({ missing }) => missing.join()).join(';');
      let head = heads.get(key);
      if (head === undefined) {
        head = requestHead({ ...node, operation: dividedText(document, divided, parts) });
        if (heads.size < textLimit) heads.set(key, head);
      }
      return head;
    },
  };
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new TypeError('a fetch without an operation');
  return operation;
}

function dividedText(
  document: DocumentNode,
  divided: ReadonlySet<string>,
  parts: readonly FetchPart[],
): string {
  const documents = parts.map(({ missing }, number) =>
    named(withoutTaking(document, missing), divided, number),
  );
  const operations = documents.map(operationOf);
  const variables = new Map<string, VariableDefinitionNode>();
  for (const { variableDefinitions = [] } of operations)
    for (const definition of variableDefinitions) variables.set(definition.variable.name.value, definition);
  const definitions: readonly DefinitionNode[] = [
    {
      ...operationOf(document),
      variableDefinitions: [...variables.values()],
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: operations.flatMap((operation) => operation.selectionSet.selections),
      },
    },
    ...documents.flatMap((own) => own.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)),
  ];
  return stripIgnoredCharacters(print({ kind: Kind.DOCUMENT, definitions }));
}

/** With the names of that part: of its variables, its fragments, and its field in the answer. */
function named(document: DocumentNode, divided: ReadonlySet<string>, part: number): DocumentNode {
  const renamed = ({ value }: NameNode): NameNode => ({ kind: Kind.NAME, value: nameInPart(value, part) });
  const aliased = (selection: SelectionNode): SelectionNode => {
    if (selection.kind !== Kind.FIELD) throw new TypeError('a fetch of entities that begins with a fragment');
    return { ...selection, alias: renamed(selection.alias ?? selection.name) };
  };
  return visit(document, {
    [Kind.VARIABLE]: (variable) =>
      divided.has(variable.name.value) ? { ...variable, name: renamed(variable.name) } : undefined,
    [Kind.FRAGMENT_SPREAD]: (spread) => ({ ...spread, name: renamed(spread.name) }),
    [Kind.FRAGMENT_DEFINITION]: { leave: (fragment) => ({ ...fragment, name: renamed(fragment.name) }) },
    [Kind.OPERATION_DEFINITION]: {
      leave: ({ selectionSet, ...operation }) => ({
        ...operation,
        selectionSet: { ...selectionSet, selections: selectionSet.selections.map(aliased) },
      }),
    },
  });
}

/** Without the fields that take any of the variables, and without variables that nothing uses then. */
function withoutTaking(document: DocumentNode, missing: readonly string[]): DocumentNode {
  if (missing.length === 0) return document;
  const takes = ({ arguments: given = [] }: FieldNode): boolean =>
    given.some(({ value }) => value.kind === Kind.VARIABLE && missing.includes(value.name.value));
  const isEmpty = (set: SelectionSetNode | undefined): boolean => set?.selections.length === 0;
  const used = new Set<string>();
  const pruned: DocumentNode = visit(document, {
    [Kind.FIELD]: {
      enter: (field) => (takes(field) ? null : undefined),
      leave: (field) => (isEmpty(field.selectionSet) ? null : undefined),
    },
    [Kind.INLINE_FRAGMENT]: { leave: (fragment) => (isEmpty(fragment.selectionSet) ? null : undefined) },
  });
  visit(pruned, {
    [Kind.VARIABLE_DEFINITION]: () => false,
    [Kind.VARIABLE]: ({ name }) => {
      used.add(name.value);
    },
  });
  return visit(pruned, {
    [Kind.VARIABLE_DEFINITION]: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}
