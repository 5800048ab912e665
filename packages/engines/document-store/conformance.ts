import { describe } from 'vitest';
import { testBacklog } from './conformance-backlog.ts';
import { testBulk } from './conformance-bulk.ts';
import type { OpenDocumentStoreUnderTest } from './conformance-documents.ts';
import { testFinding } from './conformance-finding.ts';
import { testGroups } from './conformance-groups.ts';
import { testReading } from './conformance-reading.ts';
import { testRefusals } from './conformance-refusals.ts';
import { testWriting } from './conformance-writing.ts';

export type { DocumentStoreUnderTest, OpenDocumentStoreUnderTest } from './conformance-documents.ts';

/** The promises of the document store port, held against one adapter. */
export function describeDocumentStore(name: string, open: OpenDocumentStoreUnderTest): void {
  describe(`document store on ${name}`, () => {
    testWriting(open);
    testBulk(open);
    testFinding(open);
    testGroups(open);
    testReading(open);
    testRefusals(open);
    testBacklog(open);
  });
}
