import { freshDatabase } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrayText } from './array-text.ts';

test('property: the server reads the values that were written, whatever stands in them', async () => {
  await using relational = await freshDatabase();
  const texts = fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')));
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.maxSafeInteger()), async (words, numbers) => {
      const odd = ['', null, 'NULL', '"', '\\', '{a,b}', ' spaced ', ...words];
      const { rows } = await relational.query<{ texts: string[]; numbers: string[] }>(
        'SELECT $1::text[] AS texts, $2::bigint[] AS numbers',
        [arrayText(odd), arrayText(numbers)],
      );
      expect(rows).toEqual([{ texts: odd, numbers: numbers.map(String) }]);
    }),
  );
});
