import { expect, test } from 'vitest';
import { failedAnswer } from './failed-fields.ts';

test('a fetch that brought nothing has an error for each of its fields, wherever its text has them', () => {
  const query = `query ($a: [_Any!]!, $b: [_Any!]!) {
    _e0: _entities(representations: $a) { ... on Letter { ...a } }
    _e1: _entities(representations: $b) { __typename ... on Letter { ...a tax } }
    root: letter { ...a }
  }
  fragment a on Letter { stamp ...b }
  fragment b on Letter { it: weight }`;
  const { data, errors } = failedAnswer(query, 'away', { code: 'SUBGRAPH_UNAVAILABLE' });
  expect(data).toBeNull();
  expect(errors?.map(({ path }) => path?.join('.'))).toEqual([
    '_e0.0.stamp',
    '_e0.0.it',
    '_e1.0.stamp',
    '_e1.0.it',
    '_e1.0.tax',
    'root',
  ]);
});
