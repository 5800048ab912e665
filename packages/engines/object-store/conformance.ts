import { describe } from 'vitest';
import { testKeys } from './conformance-keys.ts';
import type { OpenObjectStoreUnderTest } from './conformance-objects.ts';
import { testPresigned } from './conformance-presigned.ts';
import { testReading } from './conformance-reading.ts';
import { testUploads } from './conformance-uploads.ts';
import { testVersions } from './conformance-versions.ts';
import { testWriting } from './conformance-writing.ts';

export type { ObjectStoreUnderTest, OpenObjectStoreUnderTest } from './conformance-objects.ts';

/** The promises of the object store port, held against one adapter. */
export function describeObjectStore(name: string, open: OpenObjectStoreUnderTest): void {
  describe(`object store on ${name}`, () => {
    testWriting(open);
    testReading(open);
    testKeys(open);
    testVersions(open);
    testUploads(open);
    testPresigned(open);
  });
}
