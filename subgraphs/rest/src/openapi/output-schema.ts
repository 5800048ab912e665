import {
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { successMembers } from '../domain/expected-failure.ts';
import type { SavedOperation } from '../domain/saved-operation.ts';
import { enumeration } from './input-schema.ts';
import {
  type Components,
  type DescribedField,
  described,
  fieldSchema,
  type JsonSchema,
  orNull,
  reference,
  scalarSchema,
} from './json-schema.ts';

export interface OutputDeps {
  readonly operation: SavedOperation;
  readonly schema: GraphQLSchema;
  readonly components: Components;
}

interface Selected {
  readonly type: GraphQLOutputType;
  readonly selection: SelectionSetNode | undefined;
}

/** What a success is, where the graph has a union of it and of expected failures; the union, where there are several. */
function successOf({ type, selection }: Selected): Selected {
  const union = getNullableType(type);
  const members = isUnionType(union) && selection !== undefined ? successMembers(union, selection) : [];
  const [only] = members;
  return only !== undefined && members.length === 1 ? only : { type: union, selection };
}

/** What lies at the operation's result path, its nodes for a page: the body the client gets. */
export function resultOf({ operation, schema }: OutputDeps): Selected {
  const root = schema.getRootType(operation.definition.operation);
  if (root === undefined || root === null) throw new TypeError(`${operation.name} has no root type`);
  const steps = [...operation.route.result.split('.'), ...(operation.route.paging ? ['nodes'] : [])];
  const start: Selected = { type: root, selection: operation.definition.selectionSet };
  const result = steps.reduce<Selected>((selected, step) => {
    const { type: object, selection } = successOf(selected);
    const found =
      isObjectType(object) && selection !== undefined
        ? fieldsOf(object, selection, operation).get(step)
        : undefined;
    if (found === undefined) throw new TypeError(`${operation.name} does not select ${steps.join('.')}`);
    return found;
  }, start);
  return successOf(result);
}

/** The schema of a selection. Each selection that is one named fragment becomes a component of that name. */
export function outputSchema(selected: Selected, deps: OutputDeps): JsonSchema {
  const { type, selection } = selected;
  return orNull(type, presentOutput(type, selection, deps));
}

export function presentOutput(
  type: GraphQLOutputType,
  selection: SelectionSetNode | undefined,
  deps: OutputDeps,
): JsonSchema {
  const present = getNullableType(type);
  if (isListType(present))
    return { type: 'array', items: outputSchema({ type: present.ofType, selection }, deps) };
  if (isEnumType(present)) return enumeration(present, deps.components);
  if (isUnionType(present) && selection !== undefined)
    return {
      oneOf: successMembers(present, selection).map((member) =>
        presentOutput(member.type, member.selection, deps),
      ),
    };
  if (!isObjectType(present) || selection === undefined) return scalarSchema(String(present));
  const name = fragmentName(selection);
  if (name === undefined) return objectSchema(present, selection, deps);
  if (!deps.components.has(name)) {
    deps.components.set(name, {});
    const example = deps.operation.examples.get(name);
    const schema = described(
      objectSchema(present, fragment(deps.operation, name).selectionSet, deps),
      present.description,
    );
    deps.components.set(name, example === undefined ? schema : { ...schema, examples: [example] });
  }
  return reference(name);
}

/** The fragment that is all a selection consists of. */
function fragmentName({ selections }: SelectionSetNode): string | undefined {
  const [only] = selections;
  return selections.length === 1 && only?.kind === Kind.FRAGMENT_SPREAD ? only.name.value : undefined;
}

/** What a body looks like, as the fragment that it consists of shows it; undefined when none does. */
export function outputExample({ type, selection }: Selected, operation: SavedOperation): unknown {
  const name = selection === undefined ? undefined : fragmentName(selection);
  const example = name === undefined ? undefined : operation.examples.get(name);
  return example !== undefined && isListType(getNullableType(type)) ? [example] : example;
}

function objectSchema(type: GraphQLObjectType, selection: SelectionSetNode, deps: OutputDeps): JsonSchema {
  const fields = [...fieldsOf(type, selection, deps.operation)];
  const properties = fields.map(([key, field]) => [key, fieldSchema(outputSchema(field, deps), field)]);
  return { type: 'object', properties: Object.fromEntries(properties), required: fields.map(([key]) => key) };
}

function fieldsOf(
  type: GraphQLObjectType,
  selection: SelectionSetNode,
  operation: SavedOperation,
): ReadonlyMap<string, Selected & DescribedField> {
  const found = new Map<string, Selected & DescribedField>();
  for (const node of selection.selections) {
    if (node.kind === Kind.FIELD) {
      const field = type.getFields()[node.name.value];
      if (field === undefined)
        throw new TypeError(`${operation.name}: ${type.name} has no field ${node.name.value}`);
      found.set((node.alias ?? node.name).value, {
        type: field.type,
        selection: node.selectionSet,
        description: field.description,
        extensions: field.extensions,
      });
    } else {
      const inner =
        node.kind === Kind.FRAGMENT_SPREAD
          ? fragment(operation, node.name.value).selectionSet
          : node.selectionSet;
      for (const [key, field] of fieldsOf(type, inner, operation)) found.set(key, field);
    }
  }
  return found;
}

function fragment(operation: SavedOperation, name: string): FragmentDefinitionNode {
  for (const node of operation.document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name) return node;
  }
  throw new TypeError(`${operation.name} has no fragment ${name}`);
}
