import { describe, expect, it } from 'vitest';
import { accessToken } from './graph/identity-subgraph.ts';
import { ask, codeOf, startGateway } from './graph/start-gateway.ts';

describe('one graph over several subgraphs', () => {
  it('answers a query that crosses subgraphs, as whoever asked', async () => {
    await using product = await startGateway();
    const query = '{ product(id: "7") { name reviews { stars product { name } } principalSeen } }';
    const anonymous = await ask(product.url, { query });
    expect(anonymous.body).toEqual({
      data: {
        product: {
          name: 'product 7',
          reviews: [{ stars: 4, product: { name: 'product 7' } }],
          principalSeen: 'anonymous:anonymous',
        },
      },
    });
    const authorization = `Bearer ${await accessToken(product.signingKey, { role: 'EDITOR' })}`;
    const user = await ask(
      product.url,
      { query: '{ product(id: "7") { principalSeen } me { name } }' },
      { authorization },
    );
    expect(user.body).toEqual({
      data: { product: { principalSeen: 'user:user-1' }, me: { name: 'user user-1' } },
    });
  });

  it('tells of the schema what each operation of a document asks, again and in turn', async () => {
    await using product = await startGateway();
    const query = 'query A { __type(name: "Product") { name } } query B { __schema { queryType { name } } }';
    for (const _ of [1, 2]) {
      const a = await ask(product.url, { query, operationName: 'A' });
      expect(a.body).toEqual({ data: { __type: { name: 'Product' } } });
      const b = await ask(product.url, { query, operationName: 'B' });
      expect(b.body).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    }
  });

  it('refuses a change with a code that says why, and lets an editor make it', async () => {
    await using product = await startGateway();
    const body = { query: 'mutation { renameProduct(input: { id: "1", name: "new" }) { name } }' };
    const anonymous = await ask(product.url, body);
    expect(anonymous.status).toBe(200);
    expect(codeOf(anonymous)).toBe('UNAUTHENTICATED');
    const viewer = await ask(product.url, body, {
      authorization: `Bearer ${await accessToken(product.signingKey, { role: 'VIEWER' })}`,
    });
    expect(viewer.body.errors).toEqual([
      {
        message: 'This needs the role EDITOR; you are VIEWER.',
        path: ['renameProduct'],
        extensions: expect.objectContaining({ code: 'FORBIDDEN', needs: ['EDITOR'], role: 'VIEWER' }),
      },
    ]);
    const editor = await ask(product.url, body, {
      authorization: `Bearer ${await accessToken(product.signingKey, { role: 'EDITOR' })}`,
    });
    expect(editor.body).toEqual({ data: { renameProduct: { name: 'new' } } });
  });
});
