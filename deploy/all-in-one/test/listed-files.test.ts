import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { listedOperationFiles } from '@tributary/schema';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';

test('every listed operation fits the composed graph', () => {
  const sdl = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
  const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  for (const { name, text } of listedOperationFiles())
    expect([name, validate(schema, parse(text)).map(({ message }) => message)]).toEqual([name, []]);
});
