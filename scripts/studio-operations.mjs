import { readdirSync, readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { topicContracts } from '@tributary/schema';
import { formatDocument } from '@urql/core';
import {
  Kind,
  parse,
  print,
  printSchema,
  stripIgnoredCharacters,
  validate,
  valueFromASTUntyped,
  visit,
} from 'graphql';

const folder = new URL('../gateway/studio/operations/', import.meta.url);

/**
 * The console's operations as TypeScript: the types of their variables and answers, and each as a typed document. They are
 * checked against the composed graph first. @throws Error naming every operation that does not fit the graph.
 */
export async function studioOperations() {
  const sdl = readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8');
  const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => ({ location: name, document: parse(readFileSync(new URL(name, folder), 'utf8')) }));
  const faults = documents.flatMap(({ location, document }) =>
    validate(schema, document).map(({ message }) => `${location}: ${message}`),
  );
  if (faults.length > 0)
    throw new Error(`The console asks for what the graph has not:\n${faults.join('\n')}`);
  const types = await codegen({
    filename: 'operations.ts',
    schema: parse(printSchema(schema)),
    documents,
    plugins: [{ operations: {} }],
    pluginMap: { operations },
    config: {
      useTypeImports: true,
      enumsAsTypes: true,
      skipTypename: true,
      immutableTypes: true,
      avoidOptionals: { field: true },
      scalars: { ID: 'string', Cursor: 'string', DateTime: 'string', Base64: 'string', JSON: 'unknown' },
    },
  });
  const typed = documents.flatMap(({ document }) => document.definitions.map(typedDocument));
  const asked = documents.flatMap(({ document }) => rootFieldsOf(document));
  return `${banner}${types}\n${typed.join('\n')}\n\n${grantsOf(parse(sdl), new Set(asked))}\n${scopesOf(parse(sdl))}\n${topicsOf()}\n`;
}

/**
 * The same operations as the console's client sends them, with the type names its cache goes by: what an installation that executes listed
 * operations lists of it.
 */
export function sentOperations() {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .flatMap((name) => parse(readFileSync(new URL(name, folder), 'utf8')).definitions)
    .map((definition) => {
      const written = { kind: Kind.DOCUMENT, definitions: [definition] };
      // Subscriptions pass by its cache.
      const document = definition.operation === 'subscription' ? written : formatDocument(written);
      return stripIgnoredCharacters(print(document));
    });
  return `${JSON.stringify(texts, null, 2)}\n`;
}

function rootFieldsOf({ definitions }) {
  return definitions.flatMap(({ selectionSet }) => selectionSet.selections.map(({ name }) => name.value));
}

/** Who may use the root fields the console asks for, as the graph declares it: the console hides what would be refused. */
function grantsOf({ definitions }, asked) {
  const roots = definitions.filter(({ name }) => /^(Query|Mutation|Subscription)$/.test(name?.value ?? ''));
  const grants = roots
    .flatMap(({ fields }) => fields)
    .filter(({ name }) => asked.has(name.value))
    .map(({ name, directives }) => {
      const allow = directives.find((directive) => directive.name.value === 'allow');
      const to = allow.arguments.find((argument) => argument.name.value === 'to');
      return [name.value, valueFromASTUntyped(to.value)];
    });
  return `export const grants = ${JSON.stringify(Object.fromEntries(grants), null, 2)} as const;`;
}

/** What an API key can be limited to: every scope some field asks for. */
function scopesOf(document) {
  const scopes = new Set();
  visit(document, {
    Directive: (directive) => {
      const scope = directive.arguments.find((argument) => argument.name.value === 'scope');
      if (directive.name.value !== 'allow' || scope === undefined) return;
      for (const each of scope.value.value.split(' ')) scopes.add(each);
    },
  });
  return `export const scopes: readonly string[] = ${JSON.stringify([...scopes].sort())};`;
}

/** Where events lie, and which there are, as the topics declare it. */
function topicsOf() {
  const all = topicContracts().map(({ name, types, audited }) => [
    name,
    { audited, types: Object.keys(types) },
  ]);
  const type = 'Readonly<Record<string, { readonly audited: boolean; readonly types: readonly string[] }>>';
  return `export const topics: ${type} = ${JSON.stringify(Object.fromEntries(all), null, 2)};`;
}

const banner = `/* Generated from the operations beside it by \`npm run codegen\`. Do not edit. */
import { gql, type TypedDocumentNode } from '@urql/core';

`;

/** `query Members` becomes `MembersQuery`, its types, and `membersQuery`, the document. */
function typedDocument(definition) {
  if (definition.kind !== Kind.OPERATION_DEFINITION || definition.name === undefined)
    throw new Error(
      'The console has named operations only; fragments stand in the operation that uses them.',
    );
  const kind = definition.operation.charAt(0).toUpperCase() + definition.operation.slice(1);
  const type = `${definition.name.value}${kind}`;
  const name = type.charAt(0).toLowerCase() + type.slice(1);
  const text = JSON.stringify(stripIgnoredCharacters(print(definition)));
  return `export const ${name}: TypedDocumentNode<${type}, ${type}Variables> = gql(${text});`;
}
