import { quickly } from '@tributary/test-kit';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessToken } from './graph/identity-subgraph.ts';
import { type Answer, ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';

let product: TestGateway;

beforeAll(async () => {
  product = await startGateway();
});
afterAll(() => product[Symbol.asyncDispose]());
beforeEach(() => {
  product.shop.resolved = 0;
});

function nested(depth: number): string {
  return `{ product(id: "1") ${'{ twin '.repeat(depth - 1)}{ id }${' }'.repeat(depth - 1)} }`;
}

async function refused(query: string, code: string): Promise<Answer> {
  const answer = await quickly(1_000, () => ask(product.url, { query }));
  expect(codeOf(answer)).toBe(code);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.body.data ?? null).toBeNull();
  expect(answer.text.length).toBeLessThan(2_048);
  expect(product.shop.resolved).toBe(0);
  return answer;
}

describe('operations that cost more than they may', () => {
  it('refuses what nests 50 levels deep', () => refused(nested(50), 'OPERATION_TOO_DEEP'));

  it('refuses depth that hides in fragments', async () => {
    const fragments = Array.from(
      { length: 30 },
      (_, index) => `fragment F${index} on Product { twin { ...F${index + 1} } }`,
    );
    await refused(
      `{ product(id: "1") { ...F0 } } ${fragments.join(' ')} fragment F30 on Product { id }`,
      'OPERATION_TOO_DEEP',
    );
  });

  it('refuses 101 aliases of one field', () => {
    const fields = Array.from({ length: 101 }, (_, index) => `a${index}: product(id: "1") { id }`);
    return refused(`{ ${fields.join(' ')} }`, 'OPERATION_TOO_COMPLEX');
  });

  it('refuses thousands of aliases of __typename', () => {
    const fields = Array.from({ length: 3_000 }, (_, index) => `a${index}: __typename`);
    return refused(`{ ${fields.join(' ')} }`, 'OPERATION_TOO_COMPLEX');
  });

  it('refuses fragments that double with each level, in time that does not', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, index) => `fragment F${index} on Product { ...F${index + 1} ...F${index + 1} }`,
    );
    return refused(
      `{ product(id: "1") { ...F0 } } ${fragments.join(' ')} fragment F40 on Product { id }`,
      'OPERATION_TOO_COMPLEX',
    );
  });

  it('answers duplicated and unknown directives with few errors', async () => {
    await refused(`{ product(id: "1") { id ${'@skip(if: false) '.repeat(500)} } }`, 'OPERATION_TOO_COMPLEX');
    await refused(`{ product(id: "1") { id ${'@nothing '.repeat(10)} } }`, 'BAD_USER_INPUT');
  });

  it('refuses fields of one name that take too many comparisons', () => {
    const one = `product(id: "1") { ${'id '.repeat(14)} }`;
    return refused(`{ ${`${one} `.repeat(99)} }`, 'OPERATION_TOO_COMPLEX');
  });

  it('answers circular fragments without falling over', async () => {
    await refused(
      '{ product(id: "1") { ...A } } fragment A on Product { twin { ...B } } fragment B on Product { twin { ...A } }',
      'BAD_USER_INPUT',
    );
    await refused('{ product(id: "1") { ...A } } fragment A on Product { ...A }', 'BAD_USER_INPUT');
  });

  it('refuses one field repeated, in the open or through fragments, before the rules that compare each with each', async () => {
    await refused(`{ product(id: "1") { ${'twin { id } '.repeat(110)} } }`, 'OPERATION_TOO_COMPLEX');
    const fragments = Array.from(
      { length: 60 },
      (_, index) => `fragment F${index} on Product { id a: id id }`,
    );
    const spreads = fragments.map((_, index) => `...F${index}`).join(' ');
    await refused(`{ product(id: "1") { ${spreads} } } ${fragments.join(' ')}`, 'OPERATION_TOO_COMPLEX');
  });

  it('stops reading at the token limit', async () => {
    await refused(`{ ${'id '.repeat(50_000)} }`.slice(0, 120_000), 'OPERATION_TOO_COMPLEX');
    await refused(`{ product(id: "1") { ${'id '.repeat(9_000)} } }`, 'OPERATION_TOO_COMPLEX');
  });

  it('refuses pages within pages by what they could touch, also when variables say how large', async () => {
    const text =
      'products(first: 100) { nodes { related(first: 100) { nodes { related(first: 2) { nodes { id } } } } } }';
    await refused(`{ ${text} }`, 'COST_EXCEEDED');
    const query =
      'query($n: Int) { products(first: $n) { nodes { related(first: $n) { nodes { related(first: $n) { nodes { id } } } } } } }';
    const answer = await ask(product.url, { query, variables: { n: 100 } });
    expect(codeOf(answer)).toBe('COST_EXCEEDED');
    const small = await ask(product.url, { query, variables: { n: 2 } });
    expect(small.body.errors).toBeUndefined();
    expect(Number(small.headers.get('x-operation-cost'))).toBeGreaterThan(10);
  });

  it('leaves it to the subgraph to refuse a page size that makes no sense', async () => {
    for (const first of [-1, 0, 1_000_000_000]) {
      const answer = await ask(product.url, { query: `{ products(first: ${first}) { totalCount } }` });
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    }
    expect(
      (await ask(product.url, { query: '{ products(first: null) { nodes { id } } }' })).body.data.products
        .nodes,
    ).toHaveLength(20);
  });

  it('refuses large bodies, long queries, and variables nested thousands deep', async () => {
    expect((await ask(product.url, { query: `{ __typename } # ${'x'.repeat(1024 * 1024)}` })).status).toBe(
      413,
    );
    expect(codeOf(await ask(product.url, { query: `{ __typename } # ${'x'.repeat(200_000)}` }))).toBe(
      'PAYLOAD_TOO_LARGE',
    );
    const deep = `${'['.repeat(10_000)}1${']'.repeat(10_000)}`;
    const answer = await ask(
      product.url,
      `{"query":"query($v: JSON) { echo(value: $v) }","variables":{"v":${deep}}}`,
    );
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(answer.status).toBe(400);
  });

  it('refuses variables of tens of thousands of values, which would be coerced one by one', async () => {
    const variables = { v: Array.from({ length: 30_000 }, () => 1) };
    const answer = await ask(product.url, { query: 'query($v: JSON) { echo(value: $v) }', variables });
    expect([answer.status, codeOf(answer)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('refuses by right whether or not the field is skipped, and runs nothing of it', async () => {
    const query = 'mutation ($input: RenameInput!) { renameProduct(input: $input) @skip(if: true) { id } }';
    expect(codeOf(await ask(product.url, { query }))).toBe('UNAUTHENTICATED');
    const authorization = `Bearer ${await accessToken(product.signingKey, { role: 'VIEWER' })}`;
    expect(codeOf(await ask(product.url, { query }, { authorization }))).toBe('FORBIDDEN');
  });

  it('takes no batches', async () => {
    for (const body of [
      [{ query: '{ __typename }' }],
      Array.from({ length: 10 }, () => ({ query: '{ __typename }' })),
    ]) {
      const answer = await ask(product.url, body);
      expect(answer.status).toBe(400);
      expect(codeOf(answer)).toBe('BAD_REQUEST');
    }
  });
});

describe('what the schema tells strangers', () => {
  it('proposes no names', async () => {
    for (const query of [
      '{ produc(id: "1") { id } }',
      '{ product(id: "1") { nam } }',
      '{ product(idd: "1") { id } }',
      '{ color(of: GREN) }',
      '{ product(id: "1") { ... on Produc { id } } }',
    ]) {
      const answer = await ask(product.url, { query });
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('Did you mean');
      expect(answer.text).not.toContain('uggest');
    }
    const query = 'mutation($input: RenameInput!) { renameProduct(input: $input) { id } }';
    const authorization = `Bearer ${await accessToken(product.signingKey, { role: 'EDITOR' })}`;
    const answer = await ask(
      product.url,
      { query, variables: { input: { id: '1', name: 'n', nam: 'x' } } },
      { authorization },
    );
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(answer.text).not.toContain('Did you mean');
  });

  it('has no federation fields, no directives of ours and nothing inaccessible', async () => {
    for (const field of [
      '_entities(representations: []) { __typename }',
      '_service { sdl }',
      'verifyApiKey(secret: "x") { id }',
      'resolveWorkspace(slug: "demo") { id }',
      'waitingRevocations { row }',
    ]) {
      const answer = await ask(product.url, { query: `{ ${field} }` });
      expect(answer.text).toContain('Cannot query field');
    }
    const introspection = await ask(product.url, { query: getIntrospectionQuery() });
    expect(introspection.status).toBe(200);
    const names = introspection.body.data.__schema.directives.map(({ name }: { name: string }) => name);
    expect(names).not.toContain('allow');
    expect(introspection.text).not.toContain('VerifiedApiKey');
    expect(introspection.text).not.toContain('join__');
  });

  it('shows itself in production to admins only, however the question is put', async () => {
    await using closed = await startGateway({ settings: { production: true } });
    const questions = [
      '{ __schema { types { name } } }',
      '{ s: __type(name: "Product") { name } }',
      'query Q { ...F } fragment F on Query { t: __schema { types { name } } }',
      '{ ... on Query { __type(name: "Product") { name } } }',
    ];
    for (const query of questions)
      expect(codeOf(await ask(closed.url, { query }))).toBe('INTROSPECTION_DISABLED');
    expect((await ask(closed.url, { query: '{ __typename }' })).body).toEqual({
      data: { __typename: 'Query' },
    });
    const authorization = `Bearer ${await accessToken(closed.signingKey, { role: 'ADMIN' })}`;
    expect((await ask(closed.url, { query: questions[0] }, { authorization })).body.errors).toBeUndefined();
  });
});

describe('answers that grow with their text', () => {
  it('are refused from 32 MB on, whoever says how often a long text is to stand in them', async () => {
    product.shop.json = 'é"'.repeat(1_000_000);
    const of = (count: number): object => ({
      query: `{ ${Array.from({ length: count }, (_, at) => `a${at}: anything`).join(' ')} }`,
    });
    const refused = await ask(product.url, of(50));
    expect([refused.body.data, codeOf(refused)]).toEqual([null, 'PAYLOAD_TOO_LARGE']);
    const answer = await ask(product.url, of(5));
    expect(answer.body.data.a4).toBe(product.shop.json);
    product.shop.json = null;
  });
});

describe('prototype names', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

  it('are ordinary aliases and variables that pollute nothing', async () => {
    for (const name of names) {
      const aliased = await ask(product.url, {
        query: `{ ${name}: product(id: "1") { ${name}: name reviews { ${name}: stars } } }`,
      });
      expect(aliased.status).toBeLessThan(500);
      const variables = JSON.parse(`{"${name}":"1"}`) as Record<string, unknown>;
      const query = `query($${name}: ID!) { product(id: $${name}) { id } }`;
      const answer = await ask(product.url, { query, variables });
      expect(answer.status).toBeLessThan(500);
    }
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
    expect(({} as Record<string, unknown>)['stars']).toBeUndefined();
    expect(Object.prototype.toString.call({})).toBe('[object Object]');
  });

  it('in what a subgraph answers pollute nothing either', async () => {
    product.shop.json = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    const answer = await ask(product.url, {
      query: '{ anything product(id: "1") { id reviews { stars } } }',
    });
    expect(answer.status).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const echoed = await ask(
      product.url,
      '{"query":"query($v: JSON) { echo(value: $v) }","variables":{"v":{"__proto__":{"polluted":1}}}}',
    );
    expect(echoed.status).toBe(400);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
