import { applyMigrations } from '@tributary/prisma';
import { createLogger, newId, systemClock } from '@tributary/runtime';
import { createAssertionMinter, createAssertionVerifier } from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import { buildSchema, type FormattedExecutionResult, graphql } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRest, openApiDocument, savedOperations } from '../src/index.ts';
import { editor } from './rest-harness.ts';

const schema = buildSchema(`
  type Query { uploads: Int }
  type Mutation { createUpload(name: String!): CreateUploadResult }
  union CreateUploadResult = UploadCreated | QuotaExceeded
  type UploadCreated { upload: Upload! }
  type Upload { id: ID! url: String! }
  type QuotaExceeded { message: String! }
`);

const operation = (members: string) =>
  savedOperations([
    {
      name: 'create-upload.graphql',
      text: `mutation createUpload($name: String! @param(description: "Its name."))
        @route(method: POST, path: "/uploads", tag: "Uploads", summary: "Begin", status: 201, result: "createUpload.upload") {
        createUpload(name: $name) { ${members} } }`,
    },
  ]);
const success = '... on UploadCreated { upload { id url } }';
const failure = '... on QuotaExceeded { __typename message }';
const operations = operation(`${success} ${failure}`);

const relational = await migratedDatabase(applyMigrations);
let post: (name: string) => Promise<{ readonly status: number; readonly json: unknown }>;
beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), systemClock);
  const root = {
    createUpload: ({ name }: { readonly name: string }) =>
      name === 'large'
        ? { __typename: 'QuotaExceeded', message: 'There is no room.' }
        : { __typename: 'UploadCreated', upload: { id: name, url: '/files/u/x' } },
  };
  const rest = buildRest({
    relational,
    operations,
    verifier: await createAssertionVerifier(await exportJWK(pair.publicKey), systemClock),
    clock: systemClock,
    execute: async ({ query, variables }) =>
      (await graphql({
        schema,
        source: query,
        rootValue: root,
        variableValues: variables ?? {},
      })) as FormattedExecutionResult,
    apiSchema: async () => schema,
    onRefusal: () => undefined,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  post = async (name) => {
    const answer = await rest.door?.handle({
      method: 'POST',
      path: '/v1/uploads',
      query: `name=${name}`,
      headers: {},
      body: new Uint8Array(),
      assertion: await minter.mint(editor),
      requestId: newId(),
    });
    return { status: answer?.status ?? 0, json: JSON.parse(String(answer?.body)) };
  };
});
afterAll(() => relational[Symbol.asyncDispose]());

test('what the graph answers as a failure in its data is a problem for a partner, and a success has no envelope', async () => {
  expect(await post('small')).toEqual({ status: 201, json: { id: 'small', url: '/files/u/x' } });
  expect(await post('large')).toMatchObject({
    status: 413,
    json: { code: 'QUOTA_EXCEEDED', detail: 'There is no room.', advice: expect.any(String) },
  });
});

test('the document tells both: the fields of the success, and the status of the failure', () => {
  const document = openApiDocument(operations, schema) as {
    paths: Record<string, { post: { responses: Record<string, object> } }>;
  };
  const { responses } = document.paths['/uploads']?.post ?? { responses: {} };
  expect(Object.keys(responses)).toContain('413');
  expect(responses['201']).toMatchObject({
    content: { 'application/json': { schema: { required: ['id', 'url'] } } },
  });
});

test('an operation that forgets a member, or a failure without a code, is no usable route', () => {
  expect(() => openApiDocument(operation(success), schema)).toThrow(
    /does not say what becomes of QuotaExceeded/,
  );
  expect(() => operation(`${success} ... on NobodyKnows { __typename message }`)).toThrow(
    /NobodyKnows has no code NOBODY_KNOWS/,
  );
});
