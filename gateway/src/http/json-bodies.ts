import type { IncomingMessage } from 'node:http';
import { CodedError } from '@tributary/runtime';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { inexactFault } from '../security/exact-numbers.ts';
import { prototypeKey } from '../security/prototype-keys.ts';
import { assertJsonType } from './json-type.ts';
import { wholeBody } from './whole-body.ts';

/**
 * Reads JSON bodies as they were meant or not at all: bytes that are no UTF-8 (RFC 8259 §8.1) would become U+FFFD, whole numbers with more
 * digits than a double has would become others, and of a key that is there twice one value would be dropped, all without a word.
 */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(
    'application/json',
    async (request: FastifyRequest, payload: IncomingMessage) => {
      const body = await wholeBody(request, payload);
      assertJsonType(request.headers['content-type']);
      const text = decoded(body);
      const value = await new Promise((resolve, reject) => {
        void parse(request, text, (error, read) =>
          error === null ? resolve(read) : reject(prototypeFault(text) ?? error),
        );
      });
      const fault = inexactFault(text, value);
      if (fault !== undefined) throw fault;
      return value;
    },
  );
}

/** That a body is JSON and refused all the same is told with the place: a client may have sent what its own users typed. */
function prototypeFault(text: string): CodedError | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const pointer = prototypeKey(value)?.slice(0, 400);
  if (pointer === undefined) return undefined;
  const message = `The request has the field ${pointer}, and no object may have one of this name.`;
  return new CodedError('BAD_REQUEST', message, { details: { pointer } });
}

function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new CodedError('BAD_REQUEST', 'The body is not UTF-8, as JSON is.', { cause });
  }
}
