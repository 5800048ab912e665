import { createHash } from 'node:crypto';
import { exampleOperationFiles, listedOperationFiles } from '@tributary/schema';
import { parse, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ListedOperations } from '../src/security/listed-operations.ts';
import { ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';
import { rawSocket } from './subscriptions/raw-socket.ts';

const product = '# What a product is called.\nquery Name($id: ID!) {\n  product(id: $id) { name }\n}\n';
const follow = 'subscription Follow($id: ID!) { productChanged(id: $id) { name } }';
const rename = 'mutation Rename { renameProduct(input: { id: "1", name: "x" }) { name } }';
const variables = { id: '1' };
const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
const persisted = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ settings: { listedOperations: [product, follow, rename] } });
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('where operations are listed', () => {
  const answered = { data: { product: { name: 'product 1' } } };

  it('a listed one is executed by its text, however it is printed, and by its hash without being registered', async () => {
    const printed = print(parse(product));
    for (const query of [product, printed, product.replaceAll('\n', ' ').replace(/^#.*?query/, 'query')])
      expect((await ask(gateway.url, { query, variables })).body).toEqual(answered);
    for (const text of [product, product.trim(), printed]) {
      const extensions = persisted(sha256Of(text));
      expect((await ask(gateway.url, { extensions, variables })).body).toEqual(answered);
      const url = new URL(`${gateway.url}/graphql`);
      url.searchParams.set('extensions', JSON.stringify(extensions));
      url.searchParams.set('variables', JSON.stringify(variables));
      const got = await fetch(url, { headers: { 'apollo-require-preflight': 'yes' } });
      expect(await got.json()).toEqual(answered);
    }
  });

  it('everything else is refused over HTTP: another field, another name, a second operation, an introspection', async () => {
    const strange = [
      product.replace('{ name }', '{ name id }'),
      product.replace('Name', 'Names'),
      `${product} query Second { product(id: "2") { name } }`,
      '{ product(id: "1") { name } }',
      '{ __typename }',
      '{ __schema { queryType { name } } }',
    ];
    for (const query of strange) {
      const answer = await ask(gateway.url, { query, variables, operationName: undefined });
      expect([query, answer.status, codeOf(answer)]).toEqual([query, 400, 'PERSISTED_QUERY_NOT_IN_LIST']);
      const { sha256Hash } = persisted(sha256Of(query)).persistedQuery;
      const registered = await ask(gateway.url, { query, variables, extensions: persisted(sha256Hash) });
      expect(codeOf(registered)).toBe('PERSISTED_QUERY_NOT_IN_LIST');
      const byHash = await ask(gateway.url, { variables, extensions: persisted(sha256Hash) });
      expect(codeOf(byHash)).toBe('PERSISTED_QUERY_NOT_IN_LIST');
    }
    expect(gateway.shop.resolved).toBe(0);
  });

  it('the same holds over a socket, for queries and for subscriptions', async () => {
    await using socket = await rawSocket(`${gateway.url.replace('http', 'ws')}/graphql`);
    await socket.init();
    await socket.subscribed('listed', follow, variables);
    socket.subscribe('other', follow.replace('name', 'id'), variables);
    expect(await socket.message('error', 'other')).toMatchObject({
      payload: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }],
    });
    socket.subscribe('query', '{ product(id: "1") { id } }');
    expect(JSON.stringify(await socket.message('next', 'query'))).toContain('PERSISTED_QUERY_NOT_IN_LIST');
    socket.subscribe('named', product, variables);
    expect(await socket.message('next', 'named')).toMatchObject({ payload: answered });
  });

  it('rights are asked for as ever: a listed operation is no permission', async () => {
    expect(codeOf(await ask(gateway.url, { query: rename }))).toBe('UNAUTHENTICATED');
  });

  it('processes of ours may ask anything; a client in whose name they asked the same may not', async () => {
    const query = '{ product(id: "7") { name } }';
    const somebody = { kind: 'user', id: 'anna', workspaceId: 'w', role: 'VIEWER', scopes: null } as const;
    const assertion = await gateway.minter.mint(somebody);
    const inProcess = await gateway.gateway.execute({ query, assertion, requestId: 'r' });
    expect(inProcess.errors).toBeUndefined();
    const overHttp = await ask(gateway.url, { query }, { 'tributary-assertion': assertion });
    expect(overHttp.status).toBe(200);
    const forged = await ask(gateway.url, { query }, { 'tributary-assertion': 'forged' });
    expect(forged.status).toBe(401);
    expect(codeOf(await ask(gateway.url, { query }))).toBe('PERSISTED_QUERY_NOT_IN_LIST');
  });
});

it('the repository lists what its README shows, and each listed text can be sent by its hash', () => {
  const texts = listedOperationFiles().map(({ text }) => text);
  const listed = new ListedOperations(texts);
  for (const { text } of exampleOperationFiles()) expect(texts).toContain(text);
  for (const text of texts) expect(listed.textOf(sha256Of(text))).toBe(text);
});
