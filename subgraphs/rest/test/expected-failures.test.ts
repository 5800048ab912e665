import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiDocument, savedOperations } from '../src/index.ts';
import { ownRoutes } from './own-routes.ts';

const typeDefs = `
  type Query { uploads: Int }
  type Mutation { createUpload(name: String!): CreateUploadResult }
  union CreateUploadResult = UploadCreated | QuotaExceeded
  type UploadCreated { upload: Upload! }
  type Upload { id: ID! url: String! }
  type QuotaExceeded { message: String! }
`;

const text = (members: string) => `mutation createUpload($name: String! @param(description: "Its name."))
  @route(method: POST, path: "/uploads", tag: "Uploads", summary: "Begin", status: 201, result: "createUpload.upload") {
  createUpload(name: $name) { ${members} } }`;
const success = '... on UploadCreated { upload { id url } }';
const failure = '... on QuotaExceeded { __typename message }';

let rest: Awaited<ReturnType<typeof ownRoutes>>;
beforeAll(async () => {
  rest = await ownRoutes({
    typeDefs,
    texts: [text(`${success} ${failure}`)],
    root: {
      createUpload: ({ name }: { readonly name: string }) =>
        name === 'large'
          ? { __typename: 'QuotaExceeded', message: 'There is no room.' }
          : { __typename: 'UploadCreated', upload: { id: name, url: '/files/u/x' } },
    },
  });
});
afterAll(() => rest[Symbol.asyncDispose]());

test('what the graph answers as a failure in its data is a problem for a partner, and a success has no envelope', async () => {
  const post = async (name: string) => {
    const { status, json } = await rest.send('POST', `/v1/uploads?name=${name}`);
    return { status, json };
  };
  expect(await post('small')).toEqual({ status: 201, json: { id: 'small', url: '/files/u/x' } });
  expect(await post('large')).toMatchObject({
    status: 413,
    json: { code: 'QUOTA_EXCEEDED', detail: 'There is no room.', advice: expect.any(String) },
  });
});

test('the document tells both: the fields of the success, and the status of the failure', () => {
  const document = openApiDocument(rest.operations, rest.schema) as {
    paths: Record<string, { post: { responses: Record<string, object> } }>;
  };
  const { responses } = document.paths['/uploads']?.post ?? { responses: {} };
  expect(Object.keys(responses)).toContain('413');
  expect(responses['201']).toMatchObject({
    content: { 'application/json': { schema: { required: ['id', 'url'] } } },
  });
});

test('an operation that forgets a member, or a failure without a code, is no usable route', () => {
  const operation = (members: string) => savedOperations([{ name: 'x.graphql', text: text(members) }]);
  expect(() => openApiDocument(operation(success), rest.schema)).toThrow(
    /does not say what becomes of QuotaExceeded/,
  );
  expect(() => operation(`${success} ... on NobodyKnows { __typename message }`)).toThrow(
    /NobodyKnows has no code NOBODY_KNOWS/,
  );
});
