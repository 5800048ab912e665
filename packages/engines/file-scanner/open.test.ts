import { expect, test } from 'vitest';
import { openFileScanner } from './open.ts';

test('an installation without a scanner says so; production must decide it', async () => {
  expect(await openFileScanner('embedded:')).toBeUndefined();
  expect(await openFileScanner('none:', { production: true })).toBeUndefined();
  const forgotten = openFileScanner('embedded:', { production: true });
  await expect(forgotten).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('a URL that names no daemon is refused with the setting', async () => {
  const wrong = [
    '',
    'clamav:',
    'clamav://',
    'clamav://host:99999',
    'clamav://host/path',
    'clamav://u:p@host',
    'http://host',
  ];
  for (const url of [...wrong, 'clamav://host?x=1']) {
    const details = { setting: 'FILE_SCANNER_URL' };
    await expect(openFileScanner(url)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details });
  }
  for (const url of [
    'clamav://host',
    'clamav://host:3310',
    'clamav://[::1]:3310/',
    'clamav:///run/clamd.ctl',
  ]) {
    expect(await openFileScanner(url)).toBeDefined();
  }
});
