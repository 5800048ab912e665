import { gql, type TypedDocumentNode } from '@urql/core';
import { labelFields } from './model-labels.ts';
import type { Model, ModelList } from './use-models.ts';
import { isReference, type Row } from './values.ts';

/** The operations of one model, made from the catalogue as the graph makes its fields from the model. */

export interface RowPage {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface ListVariables {
  readonly where?: object | null;
  readonly orderBy?: readonly object[] | null;
  readonly first: number;
  readonly after?: string | null;
}

export interface Change {
  readonly kind: 'CREATED' | 'UPDATED' | 'DELETED';
  readonly id: string;
  readonly version: number;
  readonly changedFields: readonly string[];
  readonly item: Row | null;
}

type Models = readonly Model[];

export function listOf(
  model: Model,
  models: Models,
): TypedDocumentNode<{ readonly items: RowPage | null }, ListVariables> {
  return document(`query ($where: ${model.name}Where, $orderBy: [${model.name}Order!], $first: Int, $after: Cursor) {
    items: ${model.plural}(where: $where, orderBy: $orderBy, first: $first, after: $after) {
      nodes { ${selection(model, models)} } pageInfo { hasNextPage endCursor } } }`);
}

export function countOf(
  model: Model,
): TypedDocumentNode<{ readonly items: { readonly totalCount: number } | null }, { where?: object | null }> {
  return document(
    `query ($where: ${model.name}Where) { items: ${model.plural}(where: $where, first: 1) { totalCount } }`,
  );
}

/** An equal question that is under way is joined, and may have been read a while ago; one with a `name` of its own is not equal. */
export function itemOf(
  model: Model,
  models: Models,
  name = '',
): TypedDocumentNode<{ readonly item: Row | null }, { id: string }> {
  return document(
    `query ${name}($id: ID!) { item: ${model.singular}(id: $id) { ${selection(model, models)} } }`,
  );
}

/** What refers to an item, through one of its lists: the first few, and how many there are. */
export function relatedOf(
  model: Model,
  list: ModelList,
  { models, first }: { readonly models: Models; readonly first: number },
): TypedDocumentNode<
  { readonly item: { readonly related: (RowPage & { readonly totalCount: number }) | null } | null },
  { id: string }
> {
  const target = models.find(({ name }) => name === list.target);
  const fields = target === undefined ? 'id' : selection(target, models);
  return document(`query ($id: ID!) { item: ${model.singular}(id: $id) {
    id related: ${list.name}(first: ${first}) { totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } } }`);
}

export function creationOf(
  model: Model,
  models: Models,
): TypedDocumentNode<{ readonly item: Row | null }, { input: object }> {
  return document(`mutation ($input: ${model.name}Input!) {
    item: create${model.name}(input: $input) { ${selection(model, models)} } }`);
}

export function updateOf(
  model: Model,
  models: Models,
): TypedDocumentNode<{ readonly item: Row | null }, { id: string; input: object; expectedVersion: number }> {
  return document(`mutation ($id: ID!, $input: ${model.name}Patch!, $expectedVersion: Int) {
    item: update${model.name}(id: $id, input: $input, expectedVersion: $expectedVersion) { ${selection(model, models)} } }`);
}

export function deletionOf(
  model: Model,
): TypedDocumentNode<{ readonly item: Row | null }, { id: string; expectedVersion: number }> {
  return document(`mutation ($id: ID!, $expectedVersion: Int) {
    item: delete${model.name}(id: $id, expectedVersion: $expectedVersion) { id version } }`);
}

export function changesOf(
  model: Model,
  models: Models,
): TypedDocumentNode<{ readonly change: Change | null }, { after?: string | null }> {
  return document(`subscription ($after: Cursor) { change: ${model.singular}Changed(after: $after) {
    kind id version changedFields item: ${model.singular} { ${selection(model, models)} } } }`);
}

/** Every field; of references, what the other item is known by. */
function selection(model: Model, models: Models): string {
  const fields = model.fields.map((field) => {
    const { name, target } = field;
    if (!isReference(field)) return name;
    const other = models.find((candidate) => candidate.name === target);
    const labels = other === undefined ? [] : labelFields(other).map((label) => label.name);
    return `${name} { ${['id', ...labels].join(' ')} }`;
  });
  return fields.join(' ');
}

const made = new Map<string, unknown>();

/** One document a text: what is asked again is found again. */
function document<Data, Variables extends object>(text: string): TypedDocumentNode<Data, Variables> {
  const known = made.get(text) ?? gql(text);
  made.set(text, known);
  return known as TypedDocumentNode<Data, Variables>;
}
