import { CodedError, newId } from '@tributary/runtime';
import type { GraphExecutor } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { admin, airport, anonymous, editor, restHarness } from './rest-harness.ts';

let rest: Awaited<ReturnType<typeof restHarness>>;
let around: (execute: GraphExecutor) => GraphExecutor;
beforeEach(async () => {
  around = (execute) => execute;
  rest = await restHarness((execute) => (call) => around(execute)(call));
});
afterEach(async () => rest[Symbol.asyncDispose]());

const create = (key: string, iata = 'ZZY', as = editor) =>
  rest.send('POST', '/v1/airports', { as, headers: { 'idempotency-key': key }, body: { ...airport, iata } });
const count = async () =>
  (await rest.relational.query<{ n: number }>('SELECT count(*)::int AS n FROM airport')).rows[0]?.n;
/** What remains when a process dies: a lease that ends by itself. */
const endLeases = () =>
  rest.relational.query(
    `UPDATE rest.idempotency_key SET expires_at = date_trunc('milliseconds', now()) WHERE state = 'started'`,
  );

test('a repeated request gets the first answer and does nothing again', async () => {
  const first = await create('k1');
  const again = await create('"k1"');
  expect(first.status).toBe(201);
  expect(again).toMatchObject({ status: 201, text: first.text });
  expect(again.headers).toEqual({ ...first.headers, 'idempotency-replayed': 'true' });
  expect(await count()).toBe(1);
});

test('a key used for another request is refused', async () => {
  await create('k1');
  expect((await create('k1', 'ZZX')).json()).toMatchObject({ status: 422, code: 'IDEMPOTENCY_MISMATCH' });
});

test('the keys of two principals do not meet, and nobody without a name has any', async () => {
  await create('k1');
  const other = await create('k1', 'ZZX', admin);
  expect(other.headers['idempotency-replayed']).toBeUndefined();
  expect((await create('k1', 'ZZW', anonymous)).status).toBe(401);
});

test.each(['', 'two words', 'x'.repeat(256), 'ä'])('the key %j is no key', async (key) => {
  expect((await create(key)).json()).toMatchObject({ status: 400, parameter: 'Idempotency-Key' });
});

test('of simultaneous requests under one key one is executed and the others are told to wait', async () => {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let executed = 0;
  around = (execute) => async (call) => {
    executed += 1;
    await held;
    return execute(call);
  };
  const all = Array.from({ length: 5 }, () => create('k1'));
  const refused = await losers(all, 4);
  letGo();
  const statuses = (await Promise.all(all)).map(({ status }) => status).sort();
  expect(statuses).toEqual([201, 409, 409, 409, 409]);
  for (const response of refused) {
    expect(response.json()).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(executed).toBe(1);
});

/** The first `wanted` answers of those that are under way. */
async function losers<Answer>(
  running: readonly Promise<Answer>[],
  wanted: number,
): Promise<readonly Answer[]> {
  const done: Answer[] = [];
  for (const each of running) void each.then((response) => done.push(response));
  return eventually(() => {
    expect(done).toHaveLength(wanted);
    return [...done];
  });
}

test('a crash after the effect doubles nothing: the next attempt answers the record of the first', async () => {
  around = (execute) => async (call) => {
    await execute(call);
    throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The answer was lost.');
  };
  expect((await create('k1')).status).toBe(503);
  around = (execute) => execute;
  const next = await create('k1');
  expect(next).toMatchObject({ status: 201 });
  expect(next.json()).toMatchObject({ iata: 'ZZY', version: 1 });
  expect(await count()).toBe(1);
  expect((await create('k1')).headers['idempotency-replayed']).toBe('true');
});

test('a process that died in the middle leaves its key to the next attempt when its lease ends', async () => {
  let calls = 0;
  around = (execute) => async (call) => {
    calls += 1;
    await execute(call);
    return calls === 1 ? new Promise(() => undefined) : execute(call);
  };
  void create('k1');
  await eventually(async () => expect(await count()).toBe(1));
  expect((await create('k1')).json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_IN_PROGRESS' });
  around = (execute) => execute;
  await endLeases();
  expect((await create('k1')).status).toBe(201);
  expect(await count()).toBe(1);
});

test('a conflict with another record stays a conflict after a crash', async () => {
  await create('k1');
  around = () => async () => {
    throw new CodedError('SUBGRAPH_UNAVAILABLE', 'away');
  };
  expect((await create('k2')).status).toBe(503);
  around = (execute) => execute;
  expect((await create('k2')).json()).toMatchObject({ status: 409, code: 'CONFLICT' });
});

test('after a crash, a record under an id of the partner’s own is the answer only when it is the one that was sent', async () => {
  const sent = { ...airport, id: newId() };
  const afterCrash = async (key: string, body: object) => {
    const send = () => rest.send('POST', '/v1/airports', { headers: { 'idempotency-key': key }, body });
    around = (execute) => async (call) => {
      await execute(call);
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The answer was lost.');
    };
    expect((await send()).status).toBe(503);
    around = (execute) => execute;
    return (await send()).json();
  };
  expect(await afterCrash('k1', sent)).toMatchObject(sent);
  expect(await afterCrash('k2', { ...sent, iata: 'ZZX' })).toMatchObject({ status: 409, code: 'CONFLICT' });
  expect(await count()).toBe(1);
});

test('a refusal that may change is not remembered', async () => {
  const denied = { ...editor, role: 'VIEWER' } as const;
  expect((await create('k1', 'ZZY', denied)).status).toBe(403);
  expect((await create('k1')).status).toBe(201);
});

test('a refusal of what the answer says, when the effect is there, is the answer under its key', async () => {
  around = (execute) => async (call) => {
    const { data } = await execute(call);
    const message = 'This API key has no scope files:read.';
    return {
      data: data ?? null,
      errors: [{ message, path: ['createAirport', 'photo'], extensions: { code: 'FORBIDDEN' } }],
    };
  };
  expect((await create('k1')).status).toBe(403);
  around = (execute) => execute;
  const again = await create('k1');
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([403, 'true']);
  expect(await count()).toBe(1);
});

test('an answer is not replayed to who has lost the right to it since', async () => {
  const first = await create('k1');
  const demoted = await create('k1', 'ZZY', { ...editor, role: 'VIEWER' });
  expect(demoted.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect(demoted.text).not.toContain(String(first.json()['id']));
  expect((await create('k1')).headers['idempotency-replayed']).toBe('true');
  expect(await count()).toBe(1);
});

test('deleting again after a crash finds it gone, as asked', async () => {
  const id = String((await create('k1')).json()['id']);
  around = (execute) => async (call) => {
    await execute(call);
    throw new CodedError('DEADLINE_EXCEEDED', 'late');
  };
  const remove = () => rest.send('DELETE', `/v1/airports/${id}`, { headers: { 'idempotency-key': 'k2' } });
  expect((await remove()).status).toBe(504);
  around = (execute) => execute;
  expect((await remove()).status).toBe(204);
});
