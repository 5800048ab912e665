import { expect, test } from 'vitest';
import { javaProperties } from '../src/recipes/java-properties.ts';

test('what Java would read otherwise than it was written is escaped', () => {
  const settings = { plain: 'a=b:c#d', path: '/home/josé état/日本/🛫', back: 'C:\\data', padded: ' x ' };
  expect(javaProperties(settings)).toBe(
    [
      'plain=a=b:c#d',
      'path=/home/jos\\u00e9 \\u00e9tat/\\u65e5\\u672c/\\ud83d\\udeeb',
      'back=C:\\\\data',
      'padded=\\u0020x \n',
    ].join('\n'),
  );
});
