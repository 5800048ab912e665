import { expect, test } from 'vitest';
import { editor, smallSubgraph, viewer } from './small-subgraph.ts';

const entities =
  'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Secret { id } } }';
const secrets = (...ids: string[]) => ids.map((id) => ({ __typename: 'Secret', id }));

test('the entities of a fetch are prepared together, and one that fails fails alone', async () => {
  const small = await smallSubgraph();
  const { data, errors = [] } = await small.ask(editor, entities, {
    variables: { r: secrets('s1', 'lost', 'later') },
  });
  expect(small.prepared).toEqual([['s1', 'lost', 'later']]);
  expect(data).toEqual({
    _entities: [{ __typename: 'Secret', id: 's1' }, null, { __typename: 'Secret', id: 'later' }],
  });
  expect(errors.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
    [['_entities', 1], 'CONFLICT'],
  ]);
});

test('nothing is prepared for who may not enter', async () => {
  const small = await smallSubgraph();
  const { errors = [] } = await small.ask(viewer, entities, { variables: { r: secrets('s1') } });
  expect(errors[0]?.extensions['code']).toBe('FORBIDDEN');
  expect(small.prepared).toEqual([]);
});
