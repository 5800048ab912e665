import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type OpenData, openData } from './open-data.ts';

const access = '@access(read: [MEMBER], write: [EDITOR])';
const fields = 'a: String  b: String  c: String  d: String';

let data: OpenData;
beforeAll(async () => {
  data = await openData([
    `type Post @model ${access} { ${fields} }  type Memo @model(store: DOCUMENT) ${access} { ${fields} }`,
  ]);
});
afterAll(() => data[Symbol.asyncDispose]());

test.each(
  ['Post', 'Memo'].flatMap((model) => ['\u0001', 'x', '\u6f22'].map((letter) => [model, letter] as const)),
)(
  'a list of %ss is paged to its end in the order of four texts as long as they may be, of %j',
  async (model, letter) => {
    const editor = member(newId(), 'EDITOR');
    const long = letter.repeat(9_999);
    const input = ['a', 'b', 'c'].map((last) => ({
      a: long + letter,
      b: long + letter,
      c: long + letter,
      d: long + last,
    }));
    const create = `mutation ($input: [${model}Input!]!) { create${model}s(input: $input) { error { code } } }`;
    expect((await data.run(editor, create, { input })).errors).toEqual([]);
    const list = `${model.toLowerCase()}s`;
    const query = `query ($after: Cursor) { ${list}(first: 1, after: $after, orderBy: [{ a: ASC }, { b: DESC }, { c: ASC }, { d: DESC }]) { nodes { d } pageInfo { hasNextPage endCursor } } }`;
    const seen: unknown[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { data: answer, errors } = await data.run(editor, query, { after });
      expect(errors).toEqual([]);
      const { nodes, pageInfo } = answer[list];
      seen.push(...nodes.map(({ d }: { d: string }) => d.at(-1)));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(seen).toEqual(['c', 'b', 'a']);
  },
);
