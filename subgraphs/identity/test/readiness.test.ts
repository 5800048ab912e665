import { expect, it } from 'vitest';
import { newOwner } from './people.ts';
import { runIdentity } from './running-identity.ts';

it('identity is not ready while its database does not answer, though it knows its signing key', async () => {
  const identity = await runIdentity();
  await newOwner(identity);
  await expect(identity.identity.ready()).resolves.toBeUndefined();
  await identity[Symbol.asyncDispose]();
  await expect(identity.identity.ready()).rejects.toThrow();
});
