import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSetting, parseConfig } from './config.ts';
import { CodedError } from './errors.ts';

const schema = z.object({ PORT: z.coerce.number().int().max(65_535), DATABASE_URL: z.string() });

test('every faulty setting is named in one error', () => {
  const read = (): unknown => parseConfig(schema, { PORT: 'four thousand' });
  expect(read).toThrow(CodedError);
  expect(read).toThrow(/PORT: .*DATABASE_URL: /);
});

test('a parsed configuration cannot be changed', () => {
  const config = parseConfig(schema, { PORT: '4000', DATABASE_URL: 'embedded:' });
  expect(config).toEqual({ PORT: 4000, DATABASE_URL: 'embedded:' });
  expect(Object.isFrozen(config)).toBe(true);
});

test('a setting that is no JSON is named with what it must be', () => {
  const keyed = z.object({ ASSERTION_KEY: jsonSetting<object>('must be a JWK in JSON') });
  expect(parseConfig(keyed, { ASSERTION_KEY: '{"kty":"OKP"}' })).toEqual({ ASSERTION_KEY: { kty: 'OKP' } });
  expect(() => parseConfig(keyed, { ASSERTION_KEY: '{"kty"' })).toThrow(
    'ASSERTION_KEY: must be a JWK in JSON',
  );
});
