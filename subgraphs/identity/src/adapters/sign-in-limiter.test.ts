import { EmbeddedKeyValue } from '@tributary/engines/key-value/embedded';
import { ManualClock } from '@tributary/runtime';
import { expect, it } from 'vitest';
import { createSignInLimiter } from './sign-in-limiter.ts';

it('an address that tries made-up accounts does not wash away what others have used up', async () => {
  // A store of two thousand, so that the flood is short.
  const windows = new EmbeddedKeyValue({ clock: new ManualClock(0), maxKeys: 2_000 });
  const limiter = createSignInLimiter(windows);
  let guesses = 0;
  const guess = async (account: string, clientAddress: string): Promise<unknown> => {
    const work = async () => {
      guesses += 1;
      return { right: false, result: 'wrong' };
    };
    return limiter.attempt({ account, clientAddress }, work).catch(({ code }) => code);
  };
  for (let n = 0; n < 10; n += 1) expect(await guess('victim@example.com', '192.0.2.1')).toBe('wrong');
  expect(await guess('victim@example.com', '192.0.2.1')).toBe('RATE_LIMITED');
  guesses = 0;
  for (let n = 0; n < 3_000; n += 1) await guess(`made-up-${n}@example.com`, '198.51.100.1');
  expect(guesses).toBe(100);
  expect(await guess('victim@example.com', '192.0.2.1')).toBe('RATE_LIMITED');
});
