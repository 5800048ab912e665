import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { whenItsTurn } from './pipelined-answers.ts';
import type { UnreadAnswers } from './unread-answers.ts';

/** Given to the connection at a time: what leaves of it shows that somebody reads. Most answers are one piece; who takes 9 KB a second is not cut. */
const pieceBytes = 256 * 1024;

/** With clients that do not read. */
export interface Patience {
  readonly unreadMs: number;
  readonly unread: UnreadAnswers;
}

export interface WrittenAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Writes an answer when it is its turn on its connection. */
export function writeAnswer(
  response: ServerResponse,
  { status, headers, body }: WrittenAnswer,
  patience: Patience,
): void {
  if (response.socket === null) patience.unread.hold(response, body);
  whenItsTurn(response, () => {
    if (response.destroyed) return;
    response.writeHead(status, headers);
    writeBody(response, body, patience);
  });
}

/** Writes a body piece by piece, as its client takes it, and ends the answer. */
function writeBody(response: ServerResponse, body: Buffer, patience: Patience): void {
  if (isOnePiece(body)) response.end(body);
  else writePieces(response, body);
  cutUnread(response, body, patience);
}

export function isOnePiece(body: Buffer): boolean {
  return body.byteLength <= pieceBytes;
}

/** Of an answer that is written: a client that takes nothing of it for `unreadMs` is cut, because what waits for it is held in memory. */
export function cutUnread(response: ServerResponse, body: Buffer, { unreadMs, unread }: Patience): void {
  // Nearly all answers fit into what the network holds, and need no watch.
  if (response.writableFinished || response.writableLength === 0) return;
  unread.hold(response, body);
  const timer = setTimeout(() => response.destroy(), unreadMs);
  response.on('drain', () => {
    timer.refresh();
    unread.read(response);
  });
  response.once('close', () => clearTimeout(timer));
}

function writePieces(response: ServerResponse, body: Buffer): void {
  let at = 0;
  const more = (): void => {
    while (body.byteLength - at > pieceBytes) {
      at += pieceBytes;
      if (!response.write(body.subarray(at - pieceBytes, at))) return;
    }
    response.off('drain', more);
    response.end(body.subarray(at));
  };
  response.on('drain', more);
  more();
}
