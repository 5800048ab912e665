import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { whenItsTurn } from './pipelined-answers.ts';
import { UnreadAnswers } from './unread-answers.ts';
import { cutUnread, isOnePiece, type Patience, writeAnswer } from './written-answer.ts';

export interface UnreadLimits {
  /** How long a client may take nothing of an answer. */
  readonly answerMs: number;
  /** The same of an answer that is streamed: those who work on what they have read take longer. */
  readonly streamMs: number;
  /** Of memory for all answers that wait for their clients. */
  readonly bytes: number;
}

const nothing = Buffer.alloc(0);
const looksForEach = 4;

/**
 * Writes each answer when it is its turn on its connection, and cuts a client that does not read it: until it is out its request is under way, and nobody else
 * has the place.
 */
export function answerPatiently(server: FastifyInstance, { answerMs, streamMs, bytes }: UnreadLimits): void {
  const unread = new UnreadAnswers(bytes, () => performance.now());
  const patience: Patience = { unreadMs: answerMs, unread };
  server.addHook('onSend', (_request, reply, payload, done) => {
    const { raw } = reply;
    if (payload instanceof Readable) {
      whenItsTurn(raw, done);
      cutUnreadStream(raw, streamMs);
      return;
    }
    const body = bytesOf(payload);
    if (!isOnePiece(body) && !raw.destroyed) {
      write(reply, body, patience);
      return;
    }
    if (raw.socket === null) unread.hold(raw, body);
    whenItsTurn(raw, () => {
      done();
      cutUnread(raw, body, patience);
    });
  });
}

function bytesOf(payload: unknown): Buffer {
  if (Buffer.isBuffer(payload)) return payload;
  return typeof payload === 'string' ? Buffer.from(payload) : nothing;
}

/** Fastify would write it as one, of which nobody could tell whether it is read. */
function write(reply: FastifyReply, body: Buffer, patience: Patience): void {
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
  const headers = { 'content-length': body.byteLength };
  writeAnswer(reply.raw, { status: reply.statusCode, headers, body }, patience);
}

/** While something of it waits, something must leave. What is not made yet is nobody's fault here. */
function cutUnreadStream(response: ServerResponse, unreadMs: number): void {
  if (response.destroyed) return;
  let leftBytes = 0;
  let readAtMs = performance.now();
  const look = setInterval(() => {
    const nowMs = performance.now();
    const { socket } = response;
    const left = socket === null ? 0 : socket.bytesWritten - socket.writableLength;
    if (socket === null || response.writableLength === 0 || left > leftBytes) {
      leftBytes = left;
      readAtMs = nowMs;
    } else if (nowMs - readAtMs >= unreadMs) response.destroy();
  }, unreadMs / looksForEach);
  response.once('close', () => clearInterval(look));
}
