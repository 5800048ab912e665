import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CodedError, newId } from '@tributary/runtime';
import { hasBody } from '@tributary/subgraph-kit';
import { problemAnswer } from './coded-answer.ts';

/** Status by what Node's parser and timers say; anything else is no HTTP. */
const refusals: Readonly<Record<string, { readonly status: number; readonly error: CodedError }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: new CodedError('PAYLOAD_TOO_LARGE', 'The header fields are too large.'),
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    error: new CodedError('REQUEST_TIMEOUT', 'The request took too long to arrive.'),
  },
};
const noRequest = { status: 400, error: new CodedError('BAD_REQUEST', 'That is no HTTP request.') };
const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/**
 * Answers bytes that are no request, in the form of every other error, and ends the connection: nobody knows where the next request on it
 * would start, and guessing is how requests are smuggled.
 */
export function answerUnreadable(fault: { readonly code?: string }, socket: Socket): void {
  if (fault.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, error } = refusals[fault.code ?? ''] ?? noRequest;
  const { contentType, body } = problemAnswer(error, { requestId: newId() });
  const text = JSON.stringify({ ...(JSON.parse(body) as object), title: reasons[status], status });
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${reasons[status]}\r\ncontent-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n` +
        `x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n${text}`,
    );
  }
  socket.destroySoon();
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
