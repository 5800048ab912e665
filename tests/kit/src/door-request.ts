import { Readable } from 'node:stream';
import { newId } from '@tributary/runtime';

export interface AskedDoor {
  /** As an internal assertion says it. */
  readonly assertion: string;
  readonly path: string;
  readonly method?: string;
}

export interface BodilessRequest extends Required<AskedDoor> {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** What the stream door of a built subgraph is asked by a request without a body, whose client waits for the whole answer. */
export function doorRequest({ assertion, path, method = 'GET' }: AskedDoor): BodilessRequest {
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
