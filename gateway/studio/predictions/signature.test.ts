import { expect, test } from 'vitest';
import { inputValue, type Tensor } from './signature.ts';

const of = (type: Tensor['type']): Tensor => ({ name: 'x', type, shape: [null, 1] }) as Tensor;

test.each([
  ['1234567890123456789', '1234567890123456789'],
  ['[1, -1234567890123456789]', [1, '-1234567890123456789']],
  ['"1234567890123456789"', '1234567890123456789'],
  ['12', 12],
  ['1e20', 1e20],
])('whole numbers of an INT64 input go to the model with all their digits: %s', (text, value) => {
  expect(inputValue(of('INT64'), text)).toEqual(value);
});

test('other inputs are the JSON that was typed, or the text', () => {
  expect(inputValue(of('FLOAT'), '[0.1234567890123456789]')).toEqual([0.12345678901234568]);
  expect(inputValue(of('STRING'), '12345678901234567890')).toBe('12345678901234567890');
});
