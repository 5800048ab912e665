import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownRoutes } from './own-routes.ts';

const typeDefs = `
  type Query { schedules: [Schedule!]! }
  type Mutation { updateSchedule(id: ID!, input: SchedulePatch!): Schedule! pause(name: String!): Schedule! }
  input SchedulePatch { cron: String }
  type Schedule { id: ID! cron: String }
`;
const texts = [
  `query listSchedules @route(method: GET, path: "/schedules", tag: "x", summary: "x", result: "schedules") { schedules { id cron } }`,
  `mutation updateSchedule($id: ID! @param(description: "x") $input: SchedulePatch!)
   @route(method: PATCH, path: "/schedules/{id}", tag: "x", summary: "x", body: "input", result: "updateSchedule") {
     updateSchedule(id: $id, input: $input) { id cron } }`,
  `mutation pause($name: String! @param(description: "x"))
   @route(method: POST, path: "/queues/{name}/pause", tag: "x", summary: "x", result: "pause") { pause(name: $name) { id cron } }`,
];

let rest: Awaited<ReturnType<typeof ownRoutes>>;
let written = 0;
beforeAll(async () => {
  const write = () => {
    written += 1;
    return { id: 's1', cron: '0 6 * * *' };
  };
  rest = await ownRoutes({
    typeDefs,
    texts,
    root: { schedules: () => [{ id: 's1', cron: '0 6 * * *' }], updateSchedule: write, pause: write },
  });
});
afterAll(() => rest[Symbol.asyncDispose]());

test('a condition that a route does not evaluate is refused before anything is written', async () => {
  const body = { cron: '0 7 * * *' };
  const before = written;
  for (const [parameter, ask] of [
    ['If-Match', { body, headers: { 'if-match': '"something-else"' } }],
    ['If-None-Match', { body, headers: { 'if-none-match': '*' } }],
  ] as const)
    expect(await rest.send('PATCH', '/v1/schedules/s1', ask)).toMatchObject({
      status: 400,
      json: { code: 'BAD_REQUEST', parameter },
    });
  const pause = await rest.send('POST', '/v1/queues/a/pause', { headers: { 'if-match': 'W/"x"' } });
  expect(pause.json).toMatchObject({ code: 'BAD_REQUEST', parameter: 'If-Match' });
  expect(await rest.send('GET', '/v1/schedules', { headers: { 'if-match': '"x"' } })).toMatchObject({
    status: 400,
  });
  expect(written).toBe(before);
});

test('the condition that anything is there holds wherever something is written', async () => {
  const headers = { 'if-match': '*' };
  const patched = await rest.send('PATCH', '/v1/schedules/s1', { body: { cron: '0 7 * * *' }, headers });
  expect(patched.status).toBe(200);
});

test('a body where none is taken is refused, unless it says nothing', async () => {
  const refused = await rest.send('POST', '/v1/queues/a/pause', { body: { forSeconds: 60 } });
  expect(refused).toMatchObject({ status: 400, json: { code: 'BAD_USER_INPUT', parameter: 'body' } });
  expect((await rest.send('POST', '/v1/queues/a/pause', { body: {} })).status).toBe(200);
  expect((await rest.send('POST', '/v1/queues/a/pause')).status).toBe(200);
});
