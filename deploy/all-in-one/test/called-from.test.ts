import { expect, test } from 'vitest';

const { calledFrom } = (await import(new URL('../../../scripts/called-from.mjs', import.meta.url).href)) as {
  calledFrom(
    name: string,
    where: { readonly env: Readonly<Record<string, string>>; readonly folder: string; readonly root: string },
  ): string;
};

const root = '/clone/';

test('files that `npm run gateway` is told are looked for where it was called, also with --prefix', () => {
  const env = { npm_lifecycle_event: 'gateway', INIT_CWD: '/elsewhere' };
  expect(calledFrom('gateway', { env, folder: '/clone', root })).toBe('/elsewhere');
});

test('whatever starts the script itself names files from its own folder, though npm may be around it', () => {
  expect(calledFrom('gateway', { env: {}, folder: '/here', root })).toBe('/here');
  const ofOther = { npm_lifecycle_event: 'serve', INIT_CWD: '/elsewhere' };
  expect(calledFrom('gateway', { env: ofOther, folder: '/clone', root })).toBe('/clone');
  const ofTheirs = { npm_lifecycle_event: 'gateway', INIT_CWD: '/elsewhere' };
  expect(calledFrom('gateway', { env: ofTheirs, folder: '/theirs', root })).toBe('/theirs');
});
