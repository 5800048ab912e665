import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerBytes } from './answer-bytes.ts';

const written = (write: (answer: AnswerBytes) => void): string => {
  const answer = new AnswerBytes();
  write(answer);
  return answer.taken().toString();
};

describe('the bytes of an answer', () => {
  it('are what JSON.stringify makes of any string, in any alphabet, however long', () => {
    const strings = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.string({ unit: 'grapheme', maxLength: 120 }),
      fc.string({ maxLength: 120 }),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80 })
        .map((units) => String.fromCharCode(...units)),
    );
    fc.assert(
      fc.property(fc.array(strings), (texts) => {
        const all = written((answer) => {
          for (const text of texts) answer.string(text);
        });
        expect(all).toBe(texts.map((text) => JSON.stringify(text)).join(''));
      }),
    );
  });

  it('are what JSON.stringify makes of any number', () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.nat(12));
    fc.assert(
      fc.property(numbers, (value) => {
        expect(written((answer) => answer.number(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('go on where they were set back to, and grow as far as they must', () => {
    const long = 'é"'.repeat(300_000);
    const text = written((answer) => {
      answer.string('taken back');
      answer.length = 0;
      answer.string(long);
      const end = answer.length;
      answer.again(0, end);
    });
    expect(text).toBe(JSON.stringify(long).repeat(2));
  });
});
