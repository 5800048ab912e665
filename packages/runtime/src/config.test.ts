import { expect, test } from 'vitest';
import { z } from 'zod';
import { CodedError } from './coded-error.ts';
import { jsonSetting, parseConfig } from './config.ts';
import { portSetting, processSettings } from './settings.ts';

const schema = z.object({ PORT: portSetting, DATABASE_URL: z.string() });

test('every faulty setting is named in one error', () => {
  const read = (): unknown => parseConfig(schema, { PORT: 'four thousand' });
  expect(read).toThrow(CodedError);
  expect(read).toThrow(/PORT: .*DATABASE_URL: /);
});

test('an empty setting counts as not given, so that the profile and then the default answer', () => {
  const defaulted = z.object({ PORT: portSetting.default(4000), DATABASE_URL: z.string() });
  const env = { PORT: '', DATABASE_URL: '' };
  expect(parseConfig(defaulted, env, { DATABASE_URL: 'embedded:' })).toEqual({
    PORT: 4000,
    DATABASE_URL: 'embedded:',
  });
  expect(() => parseConfig(defaulted, env)).toThrow('DATABASE_URL: ');
});

test.each(['abc', '70000', '-1', '4e3', '0x10', '4000 ', '4000.5'])(
  'PORT=%s is refused once, with the range of what it may be',
  (PORT) => {
    const read = (): unknown => parseConfig(z.object({ PORT: portSetting }), { PORT });
    expect(read).toThrow('usable: PORT: must be a whole number from 0 to 65535.');
  },
);

test('a setting with few words names them all', () => {
  expect(() => parseConfig(processSettings, { LOG_LEVEL: 'loud', ALLOW_EMBEDDED: 'yes' })).toThrow(
    'LOG_LEVEL: must be debug, info, warn, error or silent; ALLOW_EMBEDDED: must be 0 or 1.',
  );
});

test.each(['prod', 'Production', 'production ', 'staging'])(
  'NODE_ENV=%s is refused instead of being taken for development',
  (NODE_ENV) => {
    expect(() => parseConfig(processSettings, { NODE_ENV })).toThrow(
      'NODE_ENV: must be development, test or production.',
    );
  },
);

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
