import { expect, test } from 'vitest';
import { parseEngineUrl } from './engine-url.ts';

const rules = {
  setting: 'DATABASE_URL',
  schemes: ['embedded', 'postgres'],
  production: false,
  allowEmbedded: false,
};

test('the scheme chooses the engine', () => {
  expect(parseEngineUrl('embedded:', rules).scheme).toBe('embedded');
  expect(parseEngineUrl('postgres://u:p@host/db', rules)).toEqual({
    scheme: 'postgres',
    url: 'postgres://u:p@host/db',
  });
});

test.each(['', 'postgres', 'mysql://u:secret@host', ' embedded:', 'constructor:'])(
  '"%s" is refused, with the setting and without its value',
  (url) => {
    expect(() => parseEngineUrl(url, rules)).toThrow(
      'DATABASE_URL must start with one of embedded:, postgres:.',
    );
  },
);

test('production refuses an embedded engine unless somebody allowed it', () => {
  expect(() => parseEngineUrl('embedded:', { ...rules, production: true })).toThrow('ALLOW_EMBEDDED=1');
  expect(parseEngineUrl('embedded:', { ...rules, production: true, allowEmbedded: true }).scheme).toBe(
    'embedded',
  );
  expect(parseEngineUrl('postgres://host/db', { ...rules, production: true }).scheme).toBe('postgres');
});
