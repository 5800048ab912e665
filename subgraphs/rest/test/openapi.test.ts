import { createConfig, lintFromString } from '@redocly/openapi-core';
import { errorCodes } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiDocument } from '../src/index.ts';
import { anonymous, restHarness } from './rest-harness.ts';

let rest: Awaited<ReturnType<typeof restHarness>>;
beforeAll(async () => {
  rest = await restHarness();
});
afterAll(async () => rest[Symbol.asyncDispose]());

test('the OpenAPI document is public, and clean by every recommended rule', async () => {
  const { status, text, headers } = await rest.send('GET', '/v1/openapi.json', { as: anonymous });
  expect(status).toBe(200);
  expect(headers['content-type']).toContain('application/json');
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: text, config });
  expect(
    problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
  ).toEqual([]);
});

test('the same operations and schema give the same document, byte for byte', () => {
  const once = JSON.stringify(openApiDocument(rest.operations, rest.schema));
  expect(JSON.stringify(openApiDocument(rest.operations, rest.schema))).toBe(once);
});

test('every route is described: its operation, parameters, bodies and failures', async () => {
  const { paths, components } = (await rest.send('GET', '/v1/openapi.json')).json<{
    paths: Record<
      string,
      Record<string, { operationId: string; parameters: { name?: string; in?: string }[]; responses: object }>
    >;
    components: { schemas: Record<string, object> };
  }>();
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(ids.sort()).toEqual(rest.operations.map(({ name }) => name).sort());
  const list = paths['/airports']?.['get'];
  expect(list?.parameters.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['first', 'after', 'city', 'sort']),
  );
  expect(Object.keys(paths['/airports/{id}']?.['patch']?.responses ?? {})).toEqual(
    expect.arrayContaining(['200', '400', '404', '412', '422', '429']),
  );
  expect(components.schemas).toMatchObject({
    Airport: { required: expect.arrayContaining(['id', 'version', 'iata']) },
    AirportInput: { additionalProperties: false },
    Problem: { required: expect.arrayContaining(['code', 'advice']) },
  });
});

test('every code is one that a problem may have, but for those that no route answers with', async () => {
  const { components, paths } = (await rest.send('GET', '/v1/openapi.json')).json<{
    components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
    paths: Record<string, Record<string, { responses: Record<string, object> }>>;
  }>();
  const told = new Set(components.schemas.Problem.properties.code.enum);
  expect(Object.keys(errorCodes).filter((code) => !told.has(code))).toEqual([
    'CURSOR_EXPIRED',
    'TRIGGER_LOOP',
    'TOO_EARLY',
    'TUS_VERSION_UNSUPPORTED',
    'OFFSET_CONFLICT',
    'RANGE_NOT_SATISFIABLE',
    'INTROSPECTION_DISABLED',
    'PERSISTED_QUERY_NOT_FOUND',
    'PERSISTED_QUERY_NOT_SUPPORTED',
    'PERSISTED_QUERY_NOT_IN_LIST',
    'TOO_MANY_CONNECTIONS',
    'STREAM_INTERRUPTED',
    'CANCELLED',
    'CONFIG_INVALID',
    'TOPIC_PARTITIONS_FIXED',
    'EVENT_INVALID',
    'MODEL_INVALID',
    'MIGRATION_REFUSED',
  ]);
  expect(Object.keys(paths['/airports']?.['post']?.responses ?? {})).toEqual(
    expect.arrayContaining(['408', '409', '413', '503', '507']),
  );
  expect(Object.keys(paths['/airports']?.['get']?.responses ?? {})).not.toContain('507');
  // An answer can be too large as well.
  expect(Object.keys(paths['/airports']?.['get']?.responses ?? {})).toContain('413');
  expect(paths['/airports/{id}']?.['delete']?.responses).not.toHaveProperty('413');
});

test('the type of a problem leads to the row of its code, on a page of the product itself', async () => {
  const { type } = (await rest.send('GET', '/v1/airports?first=0', { as: anonymous })).json<{
    type: string;
  }>();
  const [path = '', anchor = ''] = type.split('#');
  const page = await rest.send('GET', path, { as: anonymous });
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect(anchor).toBe('BAD_USER_INPUT');
  expect([...page.text.matchAll(/<tr id="([A-Z_]+)">/g)].map(([, code]) => code)).toEqual(
    Object.keys(errorCodes),
  );
});

test('the documentation page and all it loads come from here, compressed, under a policy that allows no other host', async () => {
  const page = await rest.send('GET', '/v1/docs', { as: anonymous });
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, target]) => String(target))
    .filter((target) => !target.startsWith('data:'));
  expect(loaded.every((target) => target.startsWith('/v1/'))).toBe(true);
  for (const target of loaded) {
    const headers = { 'accept-encoding': 'br, gzip' };
    const file = await rest.send('GET', target, { as: anonymous, headers });
    expect(file).toMatchObject({
      status: 200,
      headers: { 'content-encoding': 'gzip', 'x-content-type-options': 'nosniff' },
    });
    const again = await rest.send('GET', target, {
      headers: { ...headers, 'if-none-match': String(file.headers['etag']) },
    });
    expect(again.status).toBe(304);
  }
  expect((await rest.send('POST', '/v1/docs')).status).toBe(405);
});
