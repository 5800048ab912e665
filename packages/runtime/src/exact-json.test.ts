import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactJson } from './exact-json.ts';
import { jsonMembers } from './json-members.ts';

test.each([
  ['{"id":1234567890123456789}', /^holds 1234567890123456789, which has digits .* send it as text$/],
  ['[[{"a":1e999}]]', /out of range/],
  ['-1e999', /out of range/],
  ['{"a":{"b":1,"b":2}}', /^gives the field at \/a\/b twice$/],
  ['{"a" :1,"\\u0061"\n:2}', /\/a twice/],
  ['{"__proto__":1,"__proto__":2}', /\/__proto__ twice/],
  ['{"a":": : :\\":","a":2}', /\/a twice/],
])('%s is not read as something else than it says', (text, fault) => {
  expect(exactJson(text)).toMatchObject({ fault: expect.stringMatching(fault) });
});

test('what is no JSON says so, with what the parser says, and nesting is no reason to fail', () => {
  expect(exactJson('{"a"')).toEqual({ fault: 'is no JSON', cause: expect.any(SyntaxError) });
  const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;
  expect(exactJson(deep)).toHaveProperty('value');
});

test('property: what a program prints is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(exactJson(text)).toEqual({ value: JSON.parse(text) });
    }),
  );
});

test('property: a key that is printed once more is found, however its object looks', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (object) => {
      const [key = ''] = Object.keys(object);
      const text = `[{${JSON.stringify(key)}:0,${JSON.stringify(object).slice(1)}]`;
      expect(exactJson(text)).toMatchObject({
        fault: expect.stringMatching(/twice$/),
        pointer: expect.any(String),
      });
    }),
  );
});

test('property: the members of a text are those of its value, as they are written', () => {
  const keyed = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(keyed, fc.array(fc.jsonValue())), fc.constantFrom(undefined, 1), (value, indent) => {
      const read = Array.from(jsonMembers(JSON.stringify(value, null, indent)), ({ key, text }) => ({
        key,
        value: JSON.parse(text),
      }));
      const list = Array.isArray(value);
      expect(read).toEqual(
        Object.entries(JSON.parse(JSON.stringify(value))).map(([key, item]) => ({
          key: list ? undefined : key,
          value: item,
        })),
      );
    }),
  );
});
