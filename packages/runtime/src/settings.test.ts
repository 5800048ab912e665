import { expect, test } from 'vitest';
import { originsSetting, slugSetting } from './settings.ts';

test('origins are taken as browsers write them, by comma', () => {
  const origins = ['https://app.example', 'http://localhost:5173', 'capacitor://localhost'];
  expect(originsSetting.parse(`${origins.join(' , ')},`)).toEqual(origins);
  expect(originsSetting.parse(undefined)).toEqual([]);
});

test.each([
  '*',
  'example.com',
  'example.com/',
  'https://app.example/',
  'https://app.example/path',
  'https://APP.example',
  'https://app.example:443',
  'https://*.example',
  'null',
  'https://me@app.example',
])('%s is no origin that a browser could send, and is refused', (origin) => {
  expect(originsSetting.safeParse(`https://app.example,${origin}`).success).toBe(false);
});

test.each(['Bad Slug!', 'a', 'a--b', '-a', 'ä', '', 'a'.repeat(49), 'admin', 'graphql', 'v1'])(
  '%j names no workspace',
  (slug) => {
    expect(slugSetting.safeParse(slug).success).toBe(false);
  },
);
