import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CodedError, newId } from '@tributary/runtime';
import { hasBody } from '@tributary/subgraph-kit/request-stream';
import { problemAnswer } from './coded-answer.ts';
import { endsBehindAnswers } from './pipelined-answers.ts';

/** Status by what Node's parser and timers say; anything else is no HTTP. */
const refusals: Readonly<Record<string, StreamAnswer>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: new CodedError('PAYLOAD_TOO_LARGE', 'The header fields are too large.'),
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    error: new CodedError('REQUEST_TIMEOUT', 'The request took too long to arrive.'),
  },
};
/** Whoever takes nothing of what comes last is cut after this long. */
const lastWordsMs = 5_000;
const noRequest: StreamAnswer = { error: new CodedError('BAD_REQUEST', 'That is no HTTP request.') };

/**
 * Answers bytes that are no request, in the form of every other error, and ends the connection: nobody knows where the next request on it
 * would start, and guessing is how requests are smuggled. Behind answers that are under way the connection ends without a word.
 */
export function answerUnreadable(fault: { readonly code?: string }, socket: Socket): void {
  if (fault.code === 'ECONNRESET' || socket.destroyed) return;
  if (endsBehindAnswers(socket)) return;
  answerOnStream(socket, refusals[fault.code ?? ''] ?? noRequest);
}

export interface StreamAnswer {
  readonly error: CodedError;
  /** The code's own when absent. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers on a connection for which Node has no response, and ends it. */
export function answerOnStream(
  stream: Duplex,
  { error, status = error.status, headers = {} }: StreamAnswer,
): void {
  const title = STATUS_CODES[status] ?? 'Error';
  const { contentType, body } = problemAnswer(error, { requestId: newId() });
  const text = JSON.stringify({ ...(JSON.parse(body) as object), title, status });
  const fields = Object.entries({
    ...headers,
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(text)),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  sayLast(stream, `HTTP/1.1 ${status} ${title}\r\n${fields.join('')}\r\n${text}`);
}

/**
 * Says it on a connection of which Node has taken its parser, and is done with it: nothing reads there any more, so nobody would hear its client close, and
 * neither Node's timers nor `closeAllConnections` know of it.
 */
export function sayLast(stream: Duplex, text: string): void {
  stream.on('error', () => stream.destroy());
  const overdue = setTimeout(() => stream.destroy(), lastWordsMs);
  stream.once('close', () => clearTimeout(overdue));
  if (stream.writable) stream.write(text);
  stream.end(() => stream.destroy());
}

/** Ends a request whose body has not arrived whole in time, with the answer that Node's own timer gives. */
export function endSlowArrival(request: IncomingMessage, limitMs: number): void {
  if (!hasBody(request)) return;
  const timer = setTimeout(() => {
    if (!request.complete) answerUnreadable({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, request.socket);
  }, limitMs);
  request.once('end', () => clearTimeout(timer));
  request.once('close', () => clearTimeout(timer));
}
