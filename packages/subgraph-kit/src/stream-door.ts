import type { Readable } from 'node:stream';
import type { DoorRequest } from './call.ts';

/** A request whose body is read while it arrives. Reading it slowly slows the client down. */
export interface StreamDoorRequest extends Omit<DoorRequest, 'body'> {
  /**
   * Fails with CodedError PAYLOAD_TOO_LARGE beyond the door's limit, REQUEST_TIMEOUT when the client stalls, and BAD_REQUEST when it
   * leaves before the end. Its chunks belong to whoever reads them, who may let their memory go.
   */
  readonly body: Readable;
  /** Aborted when the client went away before it had the whole answer. */
  readonly signal: AbortSignal;
}

export interface StreamDoorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is read as fast as the client takes it, and destroyed when the client leaves. */
  readonly body: Readable | Uint8Array | string;
}

/** HTTP routes whose bodies are too large to be held in memory, in either direction: uploads and downloads. */
export interface StreamDoor {
  readonly prefixes: readonly string[];
  /** Bytes of one request's body. */
  readonly bodyLimitBytes: number;
  handle(request: StreamDoorRequest): Promise<StreamDoorResponse>;
}

/** What a request to a stream door carries at most unless its door says less: 100 MiB. */
export const streamBodyLimitBytes = 100 * 1024 * 1024;
