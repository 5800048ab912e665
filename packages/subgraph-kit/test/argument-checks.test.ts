import { beforeAll, describe, expect, test } from 'vitest';
import { anonymous, smallSubgraph } from './small-subgraph.ts';

let small: Awaited<ReturnType<typeof smallSubgraph>>;
beforeAll(async () => {
  small = await smallSubgraph();
});

async function asked(query: string, variables: Readonly<Record<string, unknown>> = {}) {
  const { data, errors = [] } = await small.ask(anonymous, query, { variables });
  const { code, argument, variable } = errors[0]?.extensions ?? {};
  return { data, code, argument, variable };
}

describe('text that no store has a form for', () => {
  test.each([
    ['found(name: $text)', 'name'],
    ['found(where: { name: $text })', 'where.name'],
    ['found(where: { and: [{ name: "x" }, { tags: ["x", $text] }] })', 'where.and.1.tags.1'],
    ['found(steps: [{ event: $text }])', 'steps.0.event'],
  ])('is refused in %s, and its place is named', async (call, argument) => {
    for (const text of ['a\0b', 'half \ud800', '\udc00\ud800']) {
      const answer = await asked(`query ($text: String!) { ${call} }`, { text });
      expect(answer).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    }
    expect(await asked(`query ($text: String!) { ${call} }`, { text: '\u{1F600}' })).toMatchObject({
      code: undefined,
    });
  });

  test('is refused as the name of a value, by the place of the object that has it', async () => {
    const query = 'query ($anything: Anything) { found(anything: $anything) }';
    for (const name of ['a\0b', '\ud800']) {
      const answer = await asked(query, { anything: { list: [{ [name]: 1 }] } });
      expect(answer).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'anything.list.0' });
    }
  });

  test('is refused in the text of the operation too', async () => {
    expect(await asked('{ found(name: "a\\u0000b") }')).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'name',
    });
  });

  test('is left to a field that refuses it by itself', async () => {
    expect(await asked('{ foundByItself(name: "\\u0000") }')).toMatchObject({ code: undefined });
  });

  test('is not told of to who may not ask at all', async () => {
    expect(await asked('{ foundByEditors(name: "\\u0000") }')).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a variable that was not given', () => {
  test.each([
    'found(where: { name: $name })',
    'found(where: { tags: ["x"], name: $name })',
    'found(where: { and: [{ name: $name }] })',
    'found(steps: [{ event: "x" }, { where: { name: $name } }])',
  ])('is refused where it would take its condition along: %s', async (call) => {
    const query = `query ($name: String) { ${call} }`;
    expect(await asked(query)).toMatchObject({ code: 'BAD_USER_INPUT', variable: 'name' });
    expect(await asked(query, { name: 'x' })).toMatchObject({ code: undefined });
    expect(await asked(`query ($name: String = "y") { ${call} }`)).toMatchObject({ code: undefined });
  });

  test('leaves out an argument as a whole, and what is no condition', async () => {
    expect(await asked('query ($where: FoundWhere) { found(where: $where) }')).toMatchObject({
      data: { found: '{}' },
    });
    expect(await asked('query ($name: String) { found(steps: [{ event: $name }]) }')).toMatchObject({
      data: { found: '{"steps":[{}]}' },
    });
  });
});
