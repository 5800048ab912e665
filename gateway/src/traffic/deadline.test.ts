import { expect, it } from 'vitest';
import { Leaving } from '../execution/departure.ts';
import { anonymous } from '../security/nobody.ts';
import { withDeadline } from './deadline.ts';

it('a fetch whose caller left before it began begins as one that nobody waits for', async () => {
  const gone = new Leaving();
  gone.abort();
  const fetch = withDeadline(
    async (_request, { signal }) => ({ data: { isGone: signal?.aborted === true } }),
    {
      subgraph: 'catalogue',
      timeoutMs: 60_000,
      operationMs: 60_000,
      header: 'x-deadline-ms',
    },
  );
  const request = {
    query: '{ name }',
    operationName: undefined,
    variables: {},
    body: '{"query":"{ name }"}',
    expected: undefined,
    passes: undefined,
  };
  const scope = {
    principal: anonymous,
    requestId: '1',
    signal: gone,
    deadlineAtMs: performance.now() + 30_000,
  };
  expect(await fetch(request, scope)).toEqual({ data: { isGone: true } });
});
