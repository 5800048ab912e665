import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Requests of one connection that are worked for at once: those beyond wait, so that no connection holds what is meant for many clients. */
const workedForAtOnce = 8;
/** So many wait before their connection is read no further. One that is not read does not tell that its client has left. */
const heldAtMost = 100;
/** Where so many have come all the same, because they were read before, nobody means well. */
const endsBeyond = 1_000;

/** How often a connection that is not to be read is kept from it. */
const pausedForMs = 50;

/** The requests of one connection. */
interface Line {
  /** Answers that are not out, in the order of their requests. */
  readonly open: Set<ServerResponse>;
  /** Of them, those that are not worked for yet, and what begins with each. */
  readonly held: Map<ServerResponse, () => void>;
  /** Set while nothing more of it is to be read, except for what was on its way. */
  pausing: NodeJS.Timeout | undefined;
  /** Nothing is answered any more but what is open. */
  isOver: boolean;
}

const lines = new WeakMap<Duplex, Line>();

/**
 * A client may send its next requests before it has its answer (RFC 9112 §9.3.2). Node lets the answers behind the first wait for it, and tells `close` to the
 * first alone when the connection ends: the others would never hear, and whatever is given back then would be held for ever. They are told here.
 */
export function tellPipelinedAnswers(server: Server): void {
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    const line = lines.get(socket) ?? newLine(socket);
    if (line.isOver) {
      // Those who listen at once hear it; the others look (`whenClosed`).
      process.nextTick(() => close(response));
      return;
    }
    line.open.add(response);
    response.once('close', () => {
      line.open.delete(response);
      line.held.delete(response);
      beginNext(line, socket);
    });
  });
}

function newLine(socket: Socket): Line {
  const line: Line = { open: new Set(), held: new Map(), pausing: undefined, isOver: false };
  lines.set(socket, line);
  socket.once('close', () => {
    line.isOver = true;
    line.held.clear();
    clearInterval(line.pausing);
    // Node tells the one whose turn it is.
    for (const response of [...line.open])
      if (response.socket === null && !response.writableFinished) close(response);
  });
  return line;
}

/** Begins with a request: at once, or when few enough of those before it on its connection are not answered. Never, if nothing will be answered there. */
export function beginInTurn(response: ServerResponse, begin: () => void): void {
  const { socket } = response.req;
  const line = lines.get(socket);
  if (line === undefined || (line.open.has(response) && line.open.size - line.held.size <= workedForAtOnce)) {
    begin();
    return;
  }
  if (!line.open.has(response)) return;
  line.held.set(response, begin);
  if (line.held.size > endsBeyond) socket.destroy();
  else if (line.held.size >= heldAtMost) pause(line, socket);
}

function pause(line: Line, socket: Socket): void {
  if (line.pausing !== undefined) return;
  socket.pause();
  // Node resumes it at the end of each message that it has read.
  setImmediate(() => {
    if (line.pausing !== undefined) socket.pause();
  });
  line.pausing = setInterval(() => socket.pause(), pausedForMs).unref();
}

function beginNext(line: Line, socket: Socket): void {
  if (socket.destroyed) return;
  for (const [response, begin] of line.held) {
    if (line.open.size - line.held.size >= workedForAtOnce) break;
    line.held.delete(response);
    begin();
  }
  if (line.pausing === undefined || line.held.size >= heldAtMost) return;
  clearInterval(line.pausing);
  line.pausing = undefined;
  socket.resume();
}

/**
 * Calls when it is an answer's turn to be written, or when it has no turn any more. Of those that are written before it, Node keeps what they say, and
 * reads no further when it is much: it would not hear that the client has left.
 */
export function whenItsTurn(response: ServerResponse, write: () => void): void {
  if (response.socket !== null || response.destroyed) {
    write();
    return;
  }
  const once = (): void => {
    response.off('socket', once);
    response.off('close', once);
    write();
  };
  response.on('socket', once);
  response.on('close', once);
}

/** Of an answer without an end, after which its connection closes: what waits behind it will not be answered (RFC 9112 §9.6), and is not worked for. */
export function closeConnectionAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  const { socket } = response.req;
  const line = lines.get(socket);
  if (line === undefined || line.isOver) return;
  line.isOver = true;
  // It may have said already that the connection stays.
  response.once('close', () => socket.destroySoon());
  const open = [...line.open];
  const allBehind = open.slice(open.indexOf(response) + 1);
  // Before any is closed: its place would go to the next of them.
  for (const behind of allBehind) line.held.delete(behind);
  for (const behind of allBehind) close(behind);
}

/**
 * Whether answers are under way on a connection: what else were written to it would be taken for a part of them, or for the answer to another request. The
 * connection then ends behind them. One whose own request will never be whole is none.
 */
export function endsBehindAnswers(stream: Duplex): boolean {
  const line = lines.get(stream);
  if (line === undefined) return false;
  const last = [...line.open].filter(({ req, headersSent }) => req.complete || headersSent).at(-1);
  if (last === undefined) return false;
  // Node tells answers no more that there is room again, once it has given the connection away.
  stream.on('drain', () => {
    for (const response of line.open) if (response.socket === stream) response.emit('drain');
  });
  closeConnectionAfter(last);
  return true;
}

function close(response: ServerResponse): void {
  if (response.destroyed) return;
  response.destroy();
  response.emit('close');
}
