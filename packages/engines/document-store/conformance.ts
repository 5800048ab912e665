import { describe } from 'vitest';
import { testFinding } from './conformance-finding.ts';
import { testRefusals } from './conformance-refusals.ts';
import { testWriting } from './conformance-writing.ts';
import type { DocumentStore } from './port.ts';

export interface DocumentStoreUnderTest extends AsyncDisposable {
  /** Without collections and pending events. */
  readonly store: DocumentStore;
}

export type OpenDocumentStoreUnderTest = () => Promise<DocumentStoreUnderTest>;

/** The promises of the document store port, held against one adapter. */
export function describeDocumentStore(name: string, open: OpenDocumentStoreUnderTest): void {
  describe(`document store on ${name}`, () => {
    testWriting(open);
    testFinding(open);
    testRefusals(open);
  });
}
