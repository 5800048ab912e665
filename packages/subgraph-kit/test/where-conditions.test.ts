import { expect, test } from 'vitest';
import { comparisonsOn, filterOfWhere, type Where } from '../src/index.ts';

const refused = expect.objectContaining({
  code: 'BAD_USER_INPUT',
  details: expect.objectContaining({ limit: 'nodes' }),
});

test('a where of more conditions than an engine takes is refused before they are made into a filter', () => {
  const among = Array.from({ length: 5_000 }, (_, at) => ({ iata: { eq: `X${at}` } }));
  let judged = 0;
  const conditionOn = (name: string, condition: unknown) => {
    judged += 1;
    return comparisonsOn(name, condition as Where, () => undefined);
  };
  for (const where of [
    { or: among },
    { not: { and: among } },
    { and: among.map((each) => ({ or: [each] })) },
  ]) {
    judged = 0;
    expect(() => filterOfWhere(where, conditionOn)).toThrow(refused);
    expect(judged).toBeLessThanOrEqual(256);
  }
  expect(filterOfWhere({ or: among.slice(0, 200) }, conditionOn)).toMatchObject({ kind: 'or' });
});
