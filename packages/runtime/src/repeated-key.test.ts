import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repeatedKey } from './repeated-key.ts';

test.each([
  ['{"a":1,"a":2}', '/a'],
  ['{"a":1,"\\u0061":2}', '/a'],
  ['{"a":{"b":[0,{"c":1,"d":{},"c":null}]}}', '/a/b/1/c'],
  ['{"a/b":1,"a~b":2,"a/b":3}', '/a~1b'],
  ['[[],{"":1,"x":[","],"":2}]', '/1/'],
])('%s names %s twice', (json, pointer) => {
  expect(repeatedKey(json)).toBe(pointer);
});

test('what looks like a key inside of a text, or in another object, is none', () => {
  for (const json of [
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '[{"a":1},{"a":2}]',
    '{"a":{"a":{"a":1}},"b":"a"}',
    '{"a":"\\\\","b":":"}',
    '"a"',
    '3',
  ])
    expect(repeatedKey(json)).toBeUndefined();
});

test('what a program prints never repeats a key, and with any of its keys printed once more it does', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (object) => {
      const json = JSON.stringify(object);
      expect(repeatedKey(json)).toBeUndefined();
      const [key = ''] = Object.keys(object);
      expect(repeatedKey(`{${JSON.stringify(key)}:0,${json.slice(1)}`)).toBeDefined();
    }),
  );
});
