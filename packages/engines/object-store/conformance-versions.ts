import { expect, test } from 'vitest';
import {
  bytesOf,
  contentOf,
  contentType,
  freshKey,
  type OpenObjectStoreUnderTest,
} from './conformance-objects.ts';
import type { ObjectStore, StoredObject } from './port.ts';

async function putTexts(store: ObjectStore, key: string, texts: readonly string[]): Promise<StoredObject[]> {
  const puts: StoredObject[] = [];
  for (const text of texts) puts.push(await store.put({ key, body: Buffer.from(text), contentType }));
  return puts;
}

export function testVersions(open: OpenObjectStoreUnderTest): void {
  test('each write makes a version that stays readable after later ones, and the newest comes first', async () => {
    await using under = await open();
    const key = freshKey();
    const puts = await putTexts(under.store, key, ['one', 'two', 'three']);
    expect(new Set(puts.map(({ versionId }) => versionId)).size).toBe(3);
    const versions = await under.store.versions(key);
    expect(versions.map(({ versionId }) => versionId)).toEqual(
      puts.map(({ versionId }) => versionId).reverse(),
    );
    for (const [index, { versionId }] of puts.entries()) {
      const read = await under.store.get({ key, versionId });
      expect((await bytesOf(read)).toString()).toBe(['one', 'two', 'three'][index]);
      expect(await under.store.head(key, versionId)).toMatchObject(puts[index] ?? {});
    }
  });

  test('the same bytes written twice are two versions', async () => {
    await using under = await open();
    const key = freshKey();
    await putTexts(under.store, key, ['same', 'same']);
    expect(await under.store.versions(key)).toHaveLength(2);
  });

  test('deleting one version leaves the others; of the newest, the one before is the newest again', async () => {
    await using under = await open();
    const key = freshKey();
    const [first, second, third] = (await putTexts(under.store, key, ['one', 'two', 'three'])).map(
      ({ versionId }) => versionId,
    );
    await under.store.delete(key, third);
    expect((await contentOf(under.store, key)).toString()).toBe('two');
    await under.store.delete(key, first);
    await under.store.delete(key, first);
    expect((await under.store.versions(key)).map(({ versionId }) => versionId)).toEqual([second]);
    await under.store.delete(key, second);
    expect(await under.store.head(key)).toBeUndefined();
    await under.store.put({ key, body: Buffer.from('anew'), contentType, onlyIf: 'absent' });
    for (const versionId of [first, second, third])
      expect(await under.store.head(key, versionId)).toBeUndefined();
  });

  test('a version of one key does not open another', async () => {
    await using under = await open();
    const [mine, theirs] = [freshKey(), freshKey()];
    const [put] = await putTexts(under.store, theirs, ['theirs']);
    await putTexts(under.store, mine, ['mine']);
    expect(await under.store.head(mine, put?.versionId)).toBeUndefined();
    await under.store.delete(mine, put?.versionId);
    expect((await contentOf(under.store, theirs)).toString()).toBe('theirs');
  });
}
