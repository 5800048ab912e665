import { Readable } from 'node:stream';
import { newId } from '@tributary/runtime';

export interface AskedDoor {
  /** As an internal assertion says it. */
  readonly assertion: string;
  readonly path: string;
  readonly method?: string;
}

/** What the stream door of a built subgraph is asked by a request without a body, whose client waits for the whole answer. */
export function doorRequest({ assertion, path, method = 'GET' }: AskedDoor) {
  return {
    method,
    path,
    query: '',
    headers: {},
    body: Readable.from([]),
    assertion,
    requestId: newId(),
    signal: new AbortController().signal,
  };
}
