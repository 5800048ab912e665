import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { ownRoutes } from './own-routes.ts';

test('a route that does not fit the graph is named in the log before anybody calls it, and takes no other with it', async () => {
  const lines: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'info',
    destination: { write: (line) => lines.push(line) },
  });
  await using rest = await ownRoutes({
    typeDefs: 'type Query { gates: [Gate!]! } type Gate { id: ID! name: String! }',
    texts: [
      `query listGates @route(method: GET, path: "/gates", tag: "x", summary: "x", result: "gates") { gates { id name } }`,
      `query listGateColours @route(method: GET, path: "/gate-colours", tag: "x", summary: "x", result: "gates") { gates { colour } }`,
    ],
    root: { gates: () => [{ id: 'A1', name: 'North' }] },
    log,
  });
  await rest.ready();
  await rest.ready();
  await eventually(() => expect(lines).toHaveLength(1));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: 'a route does not fit the graph',
    operationName: 'listGateColours',
    err: { reason: expect.stringContaining('Cannot query field "colour"') },
  });
  expect((await rest.send('GET', '/v1/gate-colours')).json).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect((await rest.send('GET', '/v1/gates')).json).toEqual([{ id: 'A1', name: 'North' }]);
  const { status, json } = await rest.send('GET', '/v1/openapi.json');
  expect([status, Object.keys(json['paths'] ?? {})]).toEqual([200, ['/gates']]);
});
