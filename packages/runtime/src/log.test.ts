import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodedError } from './coded-error.ts';
import { createLogger, type LogFields } from './log.ts';

function logged(fields: LogFields, message: string): string {
  const lines: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'debug',
    destination: { write: (line) => lines.push(line) },
  });
  log.info(fields, message);
  return lines.join('');
}

test('whatever is logged stays one line of JSON', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 2_000 }),
      fc.string({ unit: 'binary' }),
      (message, requestId) => {
        const line = logged({ requestId }, message);
        expect(line.trimEnd().split('\n')).toHaveLength(1);
        expect(JSON.parse(line)).toMatchObject({ name: 'test' });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal escape in a log line is the attack under test.
        expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
      },
    ),
  );
});

test('a field outside the allow-list is not written', () => {
  const line = logged(
    { requestId: 'r1', email: 'user+canary@example.com', authorization: 'Bearer canary' },
    'signed in',
  );
  expect(line).toContain('r1');
  expect(line).not.toContain('canary');
});

test('an error is written as its type, code and stack, without the message that may hold row values', () => {
  const error = Object.assign(new Error('Key (email)=(canary@example.com) already exists'), {
    code: '23505',
  });
  const line = logged({ err: error }, 'write failed');
  expect(line).toContain('23505');
  expect(line).not.toContain('canary');
});

test('what is wrong with a setting or an engine is written in the sentence for whoever runs them; sentences for callers are not', () => {
  const ours = new CodedError('CONFIG_INVALID', 'The topic data.record is not declared.');
  expect(logged({ err: ours }, 'stands')).toContain('The topic data.record is not declared.');
  const caused = new Error('canary', { cause: ours });
  expect(logged({ err: caused }, 'stands')).toMatch(/^(?!.*canary).*not declared/);
  const theirs = new CodedError('NOT_FOUND', 'There is no canary.');
  expect(logged({ err: theirs }, 'asked')).not.toContain('canary');
});

test('a user agent of a megabyte is cut', () => {
  expect(logged({ reason: 'x'.repeat(1_000_000) }, 'y'.repeat(1_000_000)).length).toBeLessThan(4_000);
});
