import type { Principal } from '@tributary/subgraph-kit';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { executeForEvent } from '../../src/subscriptions/event-execution.ts';
import { airportUpdated } from './airport-subgraph.ts';

const principal: Principal = { kind: 'user', id: 'u-1', workspaceId: 'ws-1', role: 'VIEWER', scopes: null };
const failed = (code: string, path: readonly string[] = ['x']): ExecutionResult => ({
  data: { x: null },
  errors: [new GraphQLError('failed', { path, extensions: { code } })],
});

function run(answers: readonly (ExecutionResult | Error)[], signal = new AbortController().signal) {
  const left = [...answers];
  const execute = async (): Promise<ExecutionResult> => {
    const answer = left.shift() ?? { data: { x: 1 } };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const prepared = { fieldName: 'x', cost: 1, args: {}, execute };
  return executeForEvent({
    prepared,
    principal,
    event: airportUpdated('a1', 'x'),
    cursor: 'c',
    timestampMs: 0,
    signal,
    mayConcern: () => true,
    inTurn: (execute) => execute(),
  });
}

test('an event is tried again while a part of the graph is away', async () => {
  const outcome = await run([failed('SUBGRAPH_UNAVAILABLE'), new Error('connection lost')]);
  expect(outcome).toMatchObject({ kind: 'payload' });
  expect(outcome.kind === 'payload' && outcome.payload.message.toString()).toBe(
    '{"data":{"x":1},"extensions":{"cursor":"c"}}}',
  );
});

test('null without an error is nothing, null for want of rights ends it, other errors are delivered', async () => {
  expect(await run([{ data: { x: null } }])).toEqual({ kind: 'nothing' });
  expect(await run([failed('FORBIDDEN')])).toMatchObject({
    kind: 'refused',
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  });
  expect(await run([failed('INTERNAL')])).toMatchObject({ kind: 'payload' });
});

test('what is deleted ends its subscription; what is absent below a payload does not', async () => {
  expect(await run([failed('NOT_FOUND')])).toMatchObject({
    kind: 'refused',
    errors: [{ extensions: { code: 'NOT_FOUND' } }],
  });
  expect(await run([failed('NOT_FOUND', ['x', 'airport'])])).toMatchObject({ kind: 'payload' });
});

test('nothing is tried again when the process stops', async () => {
  expect(await run([failed('SUBGRAPH_UNAVAILABLE')], AbortSignal.abort())).toEqual({ kind: 'unavailable' });
});
