import { CodedError, type Release, Semaphore } from '@tributary/runtime';
import {
  assertionHeader,
  clientAddressHeader,
  requestIdHeader,
  type StreamDoor,
  streamBodyLimitBytes,
} from '@tributary/subgraph-kit';
import { Pool } from 'undici';
import { passedBack } from './passed-back.ts';

export interface RemoteStreamDoor extends StreamDoor, AsyncDisposable {}

export interface RemoteStreamDoorOptions {
  readonly name: string;
  readonly url: string;
  readonly prefixes: readonly string[];
  /** Bodies of so many requests travel at a time; they never take the sockets that GraphQL calls need. */
  readonly connections: number;
  /** Milliseconds a request waits for one of them at most: each may be held as long as somebody reads slowly. */
  readonly waitMs?: number;
}

/** A subgraph's work on a body that has arrived (checks, commit) may take so long, and so may a pause in an answer. */
const patienceMs = 120_000;
/** Above the moments between two quick bodies, below what a client waits for a first byte. */
const defaultWaitMs = 5_000;
const withoutBody = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

/** The stream door of a subgraph behind HTTP. Nothing is held here: bytes move as fast as the slower end takes them. */
export function remoteStreamDoor({
  name,
  url,
  prefixes,
  connections,
  waitMs = defaultWaitMs,
}: RemoteStreamDoorOptions): RemoteStreamDoor {
  const places = new Semaphore({
    tooMany: `Too many bodies travel to or from the subgraph ${name}`,
    atOnce: connections,
    waitMs,
  });
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
  });
  return {
    prefixes,
    bodyLimitBytes: streamBodyLimitBytes,
    handle: async ({ method, path, query, headers, body, signal, ...request }) => {
      let release: Release | undefined;
      try {
        release = await places.acquire(signal);
        const answer = await pool.request({
          method: method as 'GET',
          path: query === '' ? path : `${path}?${query}`,
          signal,
          headers: {
            ...headers,
            [assertionHeader]: request.assertion,
            [requestIdHeader]: request.requestId,
            ...(request.clientAddress === undefined ? {} : { [clientAddressHeader]: request.clientAddress }),
          },
          body: withoutBody.has(method) ? null : body,
        });
        answer.body.once('close', release);
        return {
          status: answer.statusCode,
          headers: passedBack(answer.headers, { keepLength: true }),
          body: answer.body,
        };
      } catch (cause) {
        release?.();
        // What went wrong with the body is the client's; the rest is between us and the subgraph.
        if (cause instanceof CodedError) throw cause;
        if (body.errored instanceof CodedError) throw body.errored;
        throw new CodedError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} did not answer.`, { cause });
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}
