import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from './graph/start-gateway.ts';

let product: TestGateway;
beforeAll(async () => {
  product = await startGateway();
});
afterAll(() => product[Symbol.asyncDispose]());

async function post(body: Buffer): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  return { status: response.status, text: await response.text() };
}

test('a body that is not UTF-8 is refused, and none of it becomes a replacement character', async () => {
  const body = (byte: Buffer): Buffer =>
    Buffer.concat([Buffer.from('{"query":"{ echo(value: \\"caf'), byte, Buffer.from('\\") }"}')]);
  const refused = await post(body(Buffer.from('é', 'latin1')));
  expect(refused.status).toBe(400);
  expect(refused.text).toMatch(/"code":"BAD_REQUEST"/);
  expect(refused.text).toMatch(/not UTF-8/);
  expect(JSON.parse((await post(body(Buffer.from('é')))).text)).toEqual({ data: { echo: 'café' } });
});

test.each([
  ['{"query":"{ __typename }","__proto__":{"x":1}}'],
  ['{"query":"{ __typename }","variables":{"constructor":{"prototype":{"x":1}}}}'],
  ['{"query":'],
  [''],
])('a body that reaches prototypes, is cut or is empty is still refused: %s', async (text) => {
  expect((await post(Buffer.from(text))).status).toBe(400);
});

test.each([
  [
    '{"query":"{ __typename }","variables":{"events":[{},{"properties":{"a":1,"__proto__":{}}}]}}',
    '/variables/events/1/properties/__proto__',
  ],
  [
    '{"query":"{ __typename }","variables":{"a/b":{"constructor":{"prototype":{}}}}}',
    '/variables/a~1b/constructor',
  ],
])('a key that reaches a prototype is told with its place', async (text, pointer) => {
  const { errors } = JSON.parse((await post(Buffer.from(text))).text);
  expect(errors).toMatchObject([
    {
      message: `The request has the field ${pointer}, and no object may have one of this name.`,
      extensions: { code: 'BAD_REQUEST', pointer },
    },
  ]);
});
