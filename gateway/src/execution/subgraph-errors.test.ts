import { createLogger } from '@tributary/runtime';
import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { answerError } from './answer-errors.ts';
import { subgraphErrors } from './subgraph-errors.ts';

it('an error is told with what errors have, however much of it a subgraph sends: it may stand at a hundred places', () => {
  const long = 'x'.repeat(1_000_000);
  const [error] = subgraphErrors(
    [{ message: `why ${long} end`, path: ['a', long], extensions: { code: 'OWN', trace: [long] } }],
    null,
  );
  expect(error?.message).toMatch(/^why x+ … x+ end$/);
  expect(error?.message.length).toBeLessThanOrEqual(8_192);
  expect(error?.path).toBeUndefined();
  expect(error?.extensions).toEqual({ code: 'OWN' });
});

it('an error of the usual size is passed on as it is', () => {
  const told = {
    message: 'm',
    path: ['a', 0, 'b'],
    extensions: { code: 'OWN', more: { of: ['x'.repeat(1_000)] } },
  };
  expect(subgraphErrors([told], null)).toEqual([told]);
});

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'a code that every object has a member for is a code that nobody knows: %s',
  (code) => {
    const log = createLogger({ name: 'test', level: 'silent' });
    const error = new GraphQLError('no', { extensions: { code, serviceName: 'one' } });
    expect(answerError(error, log).extensions).toMatchObject({ code: 'INTERNAL' });
  },
);
