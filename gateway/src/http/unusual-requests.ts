import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CodedError, newId } from '@tributary/runtime';
import { problemAnswer } from './coded-answer.ts';
import { endsBehindAnswers } from './pipelined-answers.ts';
import { answerOnStream } from './unreadable-request.ts';

/** Answers what Node keeps from the handler of requests, and would end without a word or without a body, and what that handler would not know. */
export function answerUnusual(server: Server): void {
  server.prependListener('request', readTarget);
  server.on('connect', (_request, stream: Duplex) => {
    if (leaveBehindAnswers(stream)) return;
    const error = new CodedError('METHOD_NOT_ALLOWED', 'This is no proxy: it opens no tunnels.');
    answerOnStream(stream, { error, headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' } });
  });
  server.on('checkExpectation', (_request, response) => {
    const error = new CodedError('EXPECTATION_FAILED', 'Of expectations 100-continue is met, and no other.');
    const { status, contentType, body } = problemAnswer(error, { requestId: newId() });
    // Its body, if it has one, is not read: nothing may follow it on this connection.
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    });
    response.end(body);
  });
}

/** Whether a connection of which Node has taken its parser ends behind the answers that are under way on it: nothing else can be said there. */
export function leaveBehindAnswers(stream: Duplex): boolean {
  if (!endsBehindAnswers(stream)) return false;
  stream.on('error', () => stream.destroy());
  // Who is not read is not heard to leave.
  stream.resume();
  return true;
}

const absoluteForm = /^https?:\/\/([^/?#@]+)((?:[/?].*)?)$/i;

/**
 * Of a target in absolute form, which proxies send and every server takes, the host is the one that counts, whatever `Host` says
 * (RFC 9112 §3.2.2). One that names a user, or no host, is left as it is: it is at no path.
 */
export function readTarget(request: IncomingMessage): void {
  const [, host, rest = ''] = absoluteForm.exec(request.url ?? '') ?? [];
  if (host === undefined) return;
  request.headers.host = host;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
}

/** Whether a request asks for a WebSocket, and not for another protocol such as h2c. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

const ofUpgrades: ReadonlySet<string> = new Set(['upgrade', 'connection', 'http2-settings']);

/**
 * Serves a request that offers another protocol as if it had not: an offer may be ignored (RFC 9110 §7.8), and some HTTP clients make one of h2c with
 * their first request, whatever it is. Node has taken its parser off the connection, which therefore starts over, with the head it read
 * written anew.
 */
export function serveWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  { stream, head }: { readonly stream: Duplex; readonly head: Buffer },
): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? '';
    if (!ofUpgrades.has(name.toLowerCase())) lines.push(`${name}: ${request.rawHeaders[at + 1]}`);
  }
  const text = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  stream.unshift(Buffer.concat([text, head]));
  server.emit('connection', stream);
}
