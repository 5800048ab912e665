import { expect, test } from 'vitest';
import { isStudioAddress, studioAddresses } from '../src/http/studio-addresses.ts';

test('every address of the console is one, with an id in its place and a slash at its end too', () => {
  for (const address of studioAddresses) {
    expect([address, isStudioAddress(address.replaceAll(/:\w+/g, '0192-x'))]).toEqual([address, true]);
    expect([address, isStudioAddress(`${address.replaceAll(/:\w+/g, '0192-x')}/`)]).toEqual([address, true]);
  }
});

test('what is above, below or beside an address is none', () => {
  for (const path of [
    '',
    'data',
    '/nope',
    '/data/a/b/c',
    '/files/folder/a/b',
    '/metrics/nope',
    '/tour/x',
    '/auditx',
  ])
    expect([path, isStudioAddress(path)]).toEqual([path, false]);
});
