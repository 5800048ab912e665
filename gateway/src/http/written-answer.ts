import type { ServerResponse } from 'node:http';

/** Given to the connection at a time: what leaves of it shows that somebody reads. Most answers are one piece; who takes 9 KB a second is not cut. */
const pieceBytes = 256 * 1024;

/**
 * Of an answer whose turn it is (`whenItsTurn`): writes a body piece by piece, as its client takes it, and ends the answer. A client that takes nothing for `unreadMs` is cut: what waits for it is
 * held in memory.
 */
export function writeAnswer(response: ServerResponse, body: Buffer, unreadMs: number): void {
  if (response.destroyed) return;
  if (body.byteLength <= pieceBytes) response.end(body);
  else writePieces(response, body);
  // Nearly all answers fit into what the network holds, and need no watch.
  if (response.writableFinished || response.writableLength === 0) return;
  const timer = setTimeout(() => response.destroy(), unreadMs);
  response.on('drain', () => timer.refresh());
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
