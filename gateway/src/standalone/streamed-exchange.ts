import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { ExplainedError } from '@tributary/runtime';
import type { ExchangeConnections, SentPost } from '../execution/http-exchange.ts';

/** An answer that has begun. */
export interface StreamedAnswer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end, or destroyed. */
  readonly body: Readable;
}

/** One POST whose answer may take any time. Rejects with what `signal` is aborted with, and errors of undici and node:http2. */
export function streamedExchange(
  connections: ExchangeConnections,
  post: SentPost,
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  return new Promise((resolve, reject) => {
    let control: { abort(reason: Error): void } | undefined;
    const body = new Readable({
      read: () => undefined,
      destroy: (error, done) => {
        signal.removeEventListener('abort', leave);
        // Whoever reads no further wants no more of it.
        control?.abort(error ?? new ExplainedError('The answer was read no further.'));
        done(error);
      },
    });
    const fail = (error: Error): void => {
      reject(error);
      body.destroy(error);
    };
    const leave = (): void => fail(reasonOf(signal));
    // Before somebody reads it nobody hears of its end otherwise.
    body.on('error', () => undefined);
    connections.dispatch(post, {
      onRequestStart: (given) => {
        control = given;
        if (signal.aborted) leave();
        else signal.addEventListener('abort', leave, { once: true });
      },
      onResponseStart: (_control, statusCode, headers = {}) => resolve({ statusCode, headers, body }),
      onResponseData: (_control, chunk) => void body.push(chunk),
      onResponseEnd: () => {
        control = undefined;
        body.push(null);
      },
      onResponseError: (_control, error) => fail(error),
    });
  });
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new ExplainedError('Nobody waits for the answer.');
}
