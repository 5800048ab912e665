/**
 * Writes the resolver types of the subgraphs whose SDL is written by hand: `subgraphs/<name>/src/generated/schema.ts`, and the
 * console's typed operations: `gateway/studio/generated/operations.ts`, and as it sends them: `schema/operations/console.generated.json`. With `--check` it writes nothing and fails when a committed file differs from what its SDL gives.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { sharedTypeDefs } from '@tributary/schema';
import { directiveDefinitions } from '@tributary/subgraph-kit';
import { parse, printSchema } from 'graphql';
import { sentOperations, studioOperations } from './studio-operations.mjs';

const check = process.argv.includes('--check');
const stale = [];
for (const name of ['identity', 'rest', 'data', 'analytics', 'files', 'jobs']) {
  const sdl = new URL(`../subgraphs/${name}/schema.graphql`, import.meta.url);
  if (!existsSync(sdl)) continue;
  const target = new URL(`../subgraphs/${name}/src/generated/schema.ts`, import.meta.url);
  const source = readFileSync(sdl, 'utf8');
  const typeDefs = parse(`${directiveDefinitions}\n${sharedTypeDefs()}\n${source}`);
  const schema = parse(printSchema(buildSubgraphSchema([{ typeDefs }])));
  const mappers = existsSync(new URL(`../subgraphs/${name}/src/mappers.ts`, import.meta.url))
    ? readMappers(name)
    : {};
  const text = await codegen({
    filename: target.pathname,
    schema,
    documents: [],
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
    config: {
      contextType: '../context.ts#Context',
      mappers,
      useTypeImports: true,
      enumsAsTypes: true,
      makeResolverTypeCallable: true,
      resolversNonOptionalTypename: false,
      scalars: {
        ID: 'string',
        Cursor: 'string',
        DateTime: 'string',
        Base64: 'string',
        JSON: 'unknown',
        _Any: 'unknown',
        federation__FieldSet: 'string',
      },
    },
  });
  const banner =
    '/* Generated from schema.graphql by `npm run codegen`. Do not edit. */\n/* eslint-disable */\n';
  const next = `${banner}${text}\n`;
  keep(target, next);
}
keep(new URL('../gateway/studio/generated/operations.ts', import.meta.url), await studioOperations());
keep(new URL('../schema/operations/console.generated.json', import.meta.url), sentOperations());
if (stale.length > 0) {
  process.stderr.write(`Stale generated files; run \`npm run codegen\`:\n${stale.join('\n')}\n`);
  process.exit(1);
}

function keep(target, next) {
  const present = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (present === next) return;
  if (check) {
    stale.push(target.pathname);
    return;
  }
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, next);
}

/** A subgraph that resolves a type from its own object says so in `src/mappers.ts`: `export type Mappers = { User: UserRow }`. */
function readMappers(name) {
  const text = readFileSync(new URL(`../subgraphs/${name}/src/mappers.ts`, import.meta.url), 'utf8');
  const body = /export type Mappers = \{([\s\S]*?)\};/.exec(text)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/^\s*(\w+):\s*(\w+);/gm)].map(([, type, mapped]) => [type, `../mappers.ts#${mapped}`]),
  );
}
