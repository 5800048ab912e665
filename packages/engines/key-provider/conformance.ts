import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { KeyProvider } from './port.ts';

export interface KeyProviderUnderTest extends AsyncDisposable {
  readonly provider: KeyProvider;
  /** Another client of the same wrapping keys. The test closes it. */
  connect(): Promise<KeyProvider>;
}

/** The promises of the key provider port, held against one adapter. */
export function describeKeyProvider(name: string, open: () => Promise<KeyProviderUnderTest>): void {
  describe(`key provider on ${name}`, () => {
    test('a data key opens again for its owner, through any client, and shows nothing of itself while it is wrapped', async () => {
      await using under = await open();
      await using other = await under.connect();
      const dataKey = randomBytes(32);
      const wrapped = await under.provider.wrap(dataKey, 'w1');
      expect(wrapped.wrappingKeyId).toBe(await other.currentKeyId());
      expect(Buffer.from(await other.unwrap(wrapped, 'w1')).equals(dataKey)).toBe(true);
      expect(Buffer.from(wrapped.wrapped, 'base64url').includes(dataKey.subarray(0, 8))).toBe(false);
      expect((await under.provider.wrap(dataKey, 'w1')).wrapped).not.toBe(wrapped.wrapped);
    });

    test('a wrapped key opens for no other owner, and not after a change', async () => {
      await using under = await open();
      const wrapped = await under.provider.wrap(randomBytes(32), 'w1');
      const bytes = Buffer.from(wrapped.wrapped, 'base64url');
      const refusal = { code: 'INTERNAL' };
      await expect(under.provider.unwrap(wrapped, 'w2')).rejects.toMatchObject(refusal);
      for (const at of [0, 12, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const unwrap = under.provider.unwrap({ ...wrapped, wrapped: changed.toString('base64url') }, 'w1');
        await expect(unwrap).rejects.toMatchObject(refusal);
      }
      for (const cut of ['', 'AA', wrapped.wrapped.slice(0, 20)]) {
        await expect(under.provider.unwrap({ ...wrapped, wrapped: cut }, 'w1')).rejects.toMatchObject(
          refusal,
        );
      }
    });

    test('a wrapping key that nobody has is told as absent', async () => {
      await using under = await open();
      const { wrapped } = await under.provider.wrap(randomBytes(32), 'w1');
      for (const wrappingKeyId of ['', '1', '../1', '99-0123456789abcdef', '1-0123456789abcdef']) {
        const unwrap = under.provider.unwrap({ wrappingKeyId, wrapped }, 'w1');
        await expect(unwrap).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    });
  });
}
