import { CodedError } from '@tributary/runtime';
import type { FastifyInstance } from 'fastify';
import { lostDigitsFault } from '../security/exact-numbers.ts';
import { assertJsonType } from './json-type.ts';

/**
 * Reads JSON bodies as they were meant or not at all: bytes that are no UTF-8 (RFC 8259 §8.1) would become U+FFFD, and whole numbers with more
 * digits than a double has would become others, both without a word.
 */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      assertJsonType(request.headers['content-type']);
    } catch (error) {
      return done(error as CodedError, undefined);
    }
    const text = decoded(body);
    const fault = text === undefined ? notUtf8 : lostDigitsFault(text);
    if (text === undefined || fault !== undefined) done(fault ?? null, undefined);
    else parse(request, text, done);
  });
}

const notUtf8 = new CodedError('BAD_REQUEST', 'The body is not UTF-8, as JSON is.');

function decoded(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
