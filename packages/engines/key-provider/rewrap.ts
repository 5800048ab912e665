import { CodedError } from '@tributary/runtime';
import type { KeyProvider, WrappedKey } from './port.ts';

/** A wrapped key where somebody keeps it. */
export interface KeptKey extends WrappedKey {
  readonly id: string;
  /** Whom it is bound to, as `wrap` was told. */
  readonly owner: string;
}

/** Where wrapped keys are kept. */
export interface KeptKeys {
  /** Those that another key than the current one wrapped, in order of their ids, behind one of them. */
  outdated(currentKeyId: string, afterId: string, limit: number): Promise<readonly KeptKey[]>;
  /** Changes nothing where it is no more as it was read. */
  replace(old: KeptKey, next: WrappedKey): Promise<void>;
  /** Told of one that opens no more; it stays as it is. */
  lost(key: KeptKey, error: CodedError): void;
}

const batch = 1_000;
const firstId = '00000000-0000-0000-0000-000000000000';

/**
 * Wraps anew, once each, what an older wrapping key wrapped, so that the older one may be destroyed. What is lost keeps nothing else back.
 * @throws CodedError ENGINE_UNAVAILABLE, and what the table throws: all of it is tried again.
 */
export async function rewrapKeys(keyProvider: KeyProvider, keys: KeptKeys): Promise<void> {
  const current = await keyProvider.currentKeyId();
  for (let afterId = firstId; ; ) {
    const outdated = await keys.outdated(current, afterId, batch);
    for (const key of outdated) {
      const secret = await opened(keyProvider, key, keys);
      if (secret !== undefined) await keys.replace(key, await keyProvider.wrap(secret, key.owner));
    }
    const last = outdated.at(-1);
    if (last === undefined || outdated.length < batch) return;
    afterId = last.id;
  }
}

async function opened(
  keyProvider: KeyProvider,
  key: KeptKey,
  keys: KeptKeys,
): Promise<Uint8Array | undefined> {
  try {
    return await keyProvider.unwrap(key, key.owner);
  } catch (error) {
    if (!isLost(error)) throw error;
    keys.lost(key, error);
    return undefined;
  }
}

/** Whether a key opens no more, rather than not now. */
export function isLost(error: unknown): error is CodedError {
  return error instanceof CodedError && (error.code === 'NOT_FOUND' || error.code === 'INTERNAL');
}
