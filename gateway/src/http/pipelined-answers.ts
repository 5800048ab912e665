import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Answers that wait their turn, in the order of their requests; or that nothing is answered any more. */
const waiting = new WeakMap<Socket, Set<ServerResponse> | 'over'>();

/**
 * A client may send its next requests before it has its answer (RFC 9112 §9.3.2). Node lets the answers behind the first wait for it, and tells `close` to the
 * first alone when the connection ends: the others would never hear, and whatever is given back then would be held for ever. They are told here.
 */
export function tellPipelinedAnswers(server: Server): void {
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    // Its turn is now.
    if (response.socket !== null) return;
    const queue = waiting.get(socket) ?? new Set();
    if (queue === 'over') {
      // Those who listen at once hear it; the others look (`whenClosed`).
      process.nextTick(() => close(response));
      return;
    }
    if (!waiting.has(socket)) {
      waiting.set(socket, queue);
      socket.once('close', () => closeAll(queue));
    }
    queue.add(response);
    response.once('socket', () => queue.delete(response));
  });
}

/** Of an answer without an end, after which its connection closes: what waits behind it will not be answered (RFC 9112 §9.6), and is not worked for. */
export function closeConnectionAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  const { socket } = response.req;
  const queue = waiting.get(socket);
  if (queue === 'over') return;
  waiting.set(socket, 'over');
  if (queue === undefined) return;
  const all = [...queue];
  closeAll(all.slice(all.indexOf(response) + 1));
}

function closeAll(responses: Iterable<ServerResponse>): void {
  for (const response of [...responses]) close(response);
}

function close(response: ServerResponse): void {
  if (response.destroyed) return;
  response.destroy();
  response.emit('close');
}
