import { CodedError } from '@tributary/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownRoutes, refusal } from './own-routes.ts';

const typeDefs = `
  scalar JSON
  type Query { ask(sql: String!): JSON run(id: ID!): Run }
  type Mutation {
    track(events: [TrackEvent!]!): [Tracked!]!
    enqueue(input: RunInput!): Run!
    complete(id: ID!): CompleteResult!
    cancel(id: ID!): Run!
  }
  input TrackEvent { id: String name: String! }
  type Tracked { id: ID status: String! }
  input RunInput { job: String! }
  type Run { id: ID! }
  union CompleteResult = Completed | UploadIncomplete
  type Completed { run: Run! }
  type UploadIncomplete { message: String! }
`;
const texts = [
  `query ask($sql: String! @param(description: "x"))
   @route(method: POST, path: "/sql", tag: "x", summary: "x", bodyFields: ["sql"], result: "ask") { ask(sql: $sql) }`,
  `query getRun($id: ID! @param(description: "x"))
   @route(method: GET, path: "/runs/{id}", tag: "x", summary: "x", result: "run") { run(id: $id) { id } }`,
  `mutation track($events: [TrackEvent!]!)
   @route(method: POST, path: "/events", tag: "x", summary: "x", body: "events", result: "track") { track(events: $events) { id status } }`,
  `mutation enqueue($input: RunInput!)
   @route(method: POST, path: "/runs", tag: "x", summary: "x", status: 202, body: "input", result: "enqueue") { enqueue(input: $input) { id } }`,
  `mutation complete($id: ID! @param(description: "x"))
   @route(method: POST, path: "/uploads/{id}/complete", tag: "x", summary: "x", status: 201, result: "complete.run") {
     complete(id: $id) { ... on Completed { run { id } } ... on UploadIncomplete { __typename message } } }`,
  `mutation cancel($id: ID! @param(description: "x"))
   @route(method: DELETE, path: "/runs/{id}", tag: "x", summary: "x", status: 202, result: "cancel") { cancel(id: $id) { id } }`,
];

type Events = readonly { readonly id: string | null; readonly name: string }[];
let rest: Awaited<ReturnType<typeof ownRoutes>>;
/** What the graph was asked to do, and did. */
let tracked: Events[];
let asked: number;
let fails: Error | undefined;
let isComplete: boolean;
beforeEach(async () => {
  tracked = [];
  asked = 0;
  fails = undefined;
  isComplete = false;
  const did = <Value>(value: Value): Value => {
    asked += 1;
    if (fails !== undefined) throw fails;
    return value;
  };
  rest = await ownRoutes({
    typeDefs,
    texts,
    root: {
      ask: ({ sql }: { readonly sql: string }) => did({ sql }),
      track: ({ events }: { readonly events: Events }) => {
        tracked.push(events);
        return events.map(({ id }) => ({ id, status: 'ACCEPTED' }));
      },
      enqueue: () => did({ id: 'r1' }),
      complete: () =>
        isComplete
          ? { __typename: 'Completed', run: { id: 'f1' } }
          : { __typename: 'UploadIncomplete', message: 'The bytes are missing.' },
      cancel: () => did({ id: 'r1' }),
    },
  });
});
afterEach(() => rest[Symbol.asyncDispose]());

const headers = { 'idempotency-key': 'k1' };
const enqueue = () => rest.send('POST', '/v1/runs', { headers, body: { job: 'import' } });
const kept = async () =>
  (await rest.relational.query<{ n: number }>('SELECT count(*)::int AS n FROM rest.idempotency_key')).rows[0]
    ?.n;
const loseAnswers = () =>
  rest.through((execute) => async (call) => {
    await execute(call);
    throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The answer was lost.');
  });

test('a list under a key is taken as it is, once, and its answer is kept', async () => {
  const post = () =>
    rest.send('POST', '/v1/events', { headers, body: [{ name: 'a' }, { id: 'own', name: 'b' }] });
  const first = await post();
  expect(first).toMatchObject({ status: 200, json: [{ status: 'ACCEPTED' }, { id: 'own' }] });
  expect((await post()).headers['idempotency-replayed']).toBe('true');
  expect(tracked).toHaveLength(1);
});

test('after a crash the items of a list come again under the ids they had', async () => {
  const body = [{ name: 'a' }, { id: 'own', name: 'b' }, { name: 'c' }];
  const post = () => rest.send('POST', '/v1/events', { headers, body });
  loseAnswers();
  expect((await post()).status).toBe(503);
  rest.through((execute) => execute);
  expect((await post()).status).toBe(200);
  const [first = [], second] = tracked;
  expect(second).toEqual(first);
  expect(new Set(first.map(({ id }) => id)).size).toBe(3);
  expect(first[1]?.id).toBe('own');
});

test.each(['QUEUE_DRAINING', 'RUN_LIMIT', 'BACKLOG_FULL', 'INSUFFICIENT_STORAGE'])(
  'a refusal that ends by and by (%s) is not the answer of its key',
  async (code) => {
    fails = refusal(code);
    expect((await enqueue()).json).toMatchObject({ code });
    fails = undefined;
    const next = await enqueue();
    expect([next.status, next.headers['idempotency-replayed']]).toEqual([202, undefined]);
    expect((await enqueue()).headers['idempotency-replayed']).toBe('true');
    expect(asked).toBe(2);
  },
);

test('a refusal of the request itself stays the answer of its key', async () => {
  fails = refusal('BAD_USER_INPUT');
  expect((await enqueue()).status).toBe(400);
  fails = undefined;
  expect((await enqueue()).headers['idempotency-replayed']).toBe('true');
});

test('what was incomplete and is mended is done under the same key', async () => {
  const complete = () => rest.send('POST', '/v1/uploads/u1/complete', { headers });
  expect((await complete()).json).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
  isComplete = true;
  expect(await complete()).toMatchObject({ status: 201, json: { id: 'f1' } });
});

test('who was turned away before anything was executed comes again under the same key', async () => {
  const extensions = { code: 'OVERLOADED' };
  rest.through(() => async () => ({ errors: [{ message: 'Too much to do.', extensions }] }));
  expect((await enqueue()).json).toMatchObject({ status: 503, code: 'OVERLOADED' });
  rest.through((execute) => execute);
  expect((await enqueue()).status).toBe(202);
});

test('where a later step had too much to do, nobody knows what the first did', async () => {
  fails = refusal('OVERLOADED');
  expect((await enqueue()).status).toBe(503);
  fails = undefined;
  expect((await enqueue()).json).toMatchObject({ status: 409, code: 'CONFLICT' });
});

test('after an attempt of unknown outcome, being turned away does not make the key new', async () => {
  const post = () => rest.send('POST', '/v1/events', { headers, body: [{ name: 'a' }] });
  loseAnswers();
  await post();
  rest.through(() => async () => ({ errors: [{ message: 'x', extensions: { code: 'OVERLOADED' } }] }));
  expect((await post()).status).toBe(503);
  rest.through((execute) => execute);
  expect((await post()).status).toBe(200);
  expect(tracked[1]).toEqual(tracked[0]);
});

test('a question under a key is asked each time, and its answer kept nowhere', async () => {
  const post = () => rest.send('POST', '/v1/sql', { headers, body: { sql: 'SELECT 1' } });
  fails = refusal('SUBGRAPH_UNAVAILABLE');
  expect((await post()).status).toBe(503);
  fails = undefined;
  for (let nth = 0; nth < 2; nth += 1) {
    const answer = await post();
    expect([answer.status, answer.headers['idempotency-replayed']]).toEqual([200, undefined]);
  }
  expect([asked, await kept()]).toEqual([3, 0]);
  const wrong = { headers: { 'idempotency-key': 'two words' }, body: { sql: 'SELECT 1' } };
  expect((await rest.send('POST', '/v1/sql', wrong)).json).toMatchObject({ parameter: 'Idempotency-Key' });
});

test('removing again what answers itself does not answer for something that is not there', async () => {
  const cancel = () => rest.send('DELETE', '/v1/runs/r1', { headers });
  fails = refusal('SUBGRAPH_UNAVAILABLE');
  expect((await cancel()).status).toBe(503);
  fails = refusal('NOT_FOUND');
  expect((await cancel()).json).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});
