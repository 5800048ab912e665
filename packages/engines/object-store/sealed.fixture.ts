import { randomBytes } from 'node:crypto';
import { newId } from '@tributary/runtime';
import { type EmbeddedStoreUnderTest, openEmbedded } from './embedded.fixture.ts';
import { type DataKeys, sealedObjects } from './sealed.ts';
import type { DataKey } from './sealed-frames.ts';

export function newDataKey(): DataKey {
  return { id: newId(), secret: randomBytes(32) };
}

/** Keys of one workspace in memory; the newest seals. */
export class KeysInMemory implements DataKeys {
  readonly keys: DataKey[] = [newDataKey()];

  async current(): Promise<DataKey> {
    const key = this.keys.at(-1);
    if (key === undefined) throw new Error('no key');
    return key;
  }

  async find(id: string): Promise<DataKey | undefined> {
    return this.keys.find((key) => key.id === id);
  }
}

/** A folder of its own in which every object is sealed, as the product keeps files. */
export function openSealed(keys: DataKeys = new KeysInMemory()): Promise<EmbeddedStoreUnderTest> {
  return openEmbedded((store, tokens) => sealedObjects(store, { keys, tokens }));
}
