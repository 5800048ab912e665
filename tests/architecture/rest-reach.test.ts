import { readFileSync } from 'node:fs';
import { savedOperations } from '@tributary/rest';
import { restOperationFiles } from '@tributary/schema';
import { type DirectiveNode, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';

// Subscriptions are no routes: a route answers once.
const reached = ['JOBS', 'FILES', 'ANALYTICS'];

/** Root fields without a route of their own, each for a reason that was reviewed. */
const elsewhere: Readonly<Record<string, string>> = {
  'Mutation.renameFile': 'PATCH /files/{id} with a name',
  'Mutation.moveFile': 'PATCH /files/{id} with a folderId',
  'Mutation.setFileMetadata': 'PATCH /files/{id} with metadata',
  'Mutation.renameFolder': 'PATCH /folders/{id} with a name',
  'Mutation.moveFolder': 'PATCH /folders/{id} with a parentId',
};

const supergraph = parse(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'));

/** Root fields by the subgraph that answers them, as composition wrote them. */
const roots = supergraph.definitions.flatMap((node) =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION && /^(Query|Mutation)$/.test(node.name.value)
    ? (node.fields ?? []).map(({ name, directives = [] }) => ({
        coordinate: `${node.name.value}.${name.value}`,
        graphs: directives.flatMap(graphOf),
      }))
    : [],
);

function graphOf({ name, arguments: args = [] }: DirectiveNode): readonly string[] {
  return name.value !== 'join__field'
    ? []
    : args.flatMap(({ value }) => (value.kind === Kind.ENUM ? value.value : []));
}

const routed = new Set(
  savedOperations(restOperationFiles()).flatMap(({ definition }) =>
    definition.selectionSet.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD
        ? `${definition.operation === 'mutation' ? 'Mutation' : 'Query'}.${selection.name.value}`
        : [],
    ),
  ),
);

test.each(reached)(
  'whatever %s answers in the graph is reached by a route, or by another for a reason',
  (graph) => {
    const own = roots.filter(({ graphs }) => graphs.includes(graph)).map(({ coordinate }) => coordinate);
    expect(own.length).toBeGreaterThan(10);
    expect(own.filter((coordinate) => !routed.has(coordinate) && !(coordinate in elsewhere))).toEqual([]);
  },
);

test('the reviewed list names only fields that are there and have no route', () => {
  const there = new Set(roots.map(({ coordinate }) => coordinate));
  expect(Object.keys(elsewhere).filter((each) => !there.has(each) || routed.has(each))).toEqual([]);
});
