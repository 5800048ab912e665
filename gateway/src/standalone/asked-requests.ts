import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CodedError, SizedCache } from '@tributary/runtime';
import { type Asked, askedInBody, askedInUrl } from '../http/asked.ts';
import { couldBeForeignPage, couldBeForeignStream } from '../http/foreign-page.ts';
import { assertJsonType } from '../http/json-type.ts';
import { prefersEvents } from '../http/preferred-type.ts';
import { readBody } from './read-body.ts';
import type { StandaloneSettings } from './settings-file.ts';

/** Bodies up to here are remembered with what they ask, so that the same one need not be read again. */
const knownBodyChars = 16_384;
/** Of them together. What was read of one takes up to twelve times its length. */
const knownBytes = 24 * 1024 * 1024;
const readBytesPerChar = 12;
const readEntryBytes = 500;
/** Of the texts that hashes stand for, which anybody may register, each with what an entry takes beside it. */
const persistedChars = 16 * 1024 * 1024;
const persistedEntryChars = 400;

/** Reads what HTTP requests ask, in whatever form it came: POST with JSON, GET with parameters, and hashes of texts that came before. */
export class AskedRequests {
  readonly #settings: StandaloneSettings;
  readonly #bodies = new SizedCache<Asked>(knownBytes);
  readonly #persisted = new SizedCache<string>(persistedChars);

  constructor(settings: StandaloneSettings) {
    this.#settings = settings;
  }

  /** @throws CodedError saying what of the request is not as it must be. */
  async read(request: IncomingMessage): Promise<Asked> {
    if (request.method === 'GET') {
      const { url = '', headers } = request;
      const couldBeForeign = prefersEvents(headers) ? couldBeForeignStream : couldBeForeignPage;
      if (headers['apollo-require-preflight'] === undefined && couldBeForeign(headers))
        throw new CodedError(
          'BAD_REQUEST',
          'A page of another site could have sent this: say Accept: application/json, or apollo-require-preflight: 1.',
        );
      const at = url.indexOf('?');
      return askedInUrl(at < 0 ? '' : url.slice(at));
    }
    if (request.method !== 'POST')
      throw new CodedError('METHOD_NOT_ALLOWED', 'GraphQL is asked with POST, or GET for queries.');
    refuseUnreadable(request);
    const text = await readBody(request, this.#settings.limits.bodyBytes);
    if (text.length > knownBodyChars) return askedInBody(text);
    return this.#bodies.getOrMake(
      text,
      () => askedInBody(text),
      () => readEntryBytes + readBytesPerChar * text.length,
    );
  }

  /** The text of the operation. @throws CodedError PERSISTED_QUERY_NOT_FOUND for a hash that nothing came with before, PERSISTED_QUERY_NOT_SUPPORTED where none is kept */
  textOf(asked: Asked): string {
    return asked.query === undefined || asked.hash !== undefined ? this.#persistedText(asked) : asked.query;
  }

  /** Automatic persisted queries: a hash stands for the text that was once sent with it. */
  #persistedText({ query, hash }: Asked): string {
    if (hash === undefined || !this.#settings.persistedQueries) {
      if (query !== undefined) return query;
      // By this word clients know that they are to send texts from now on.
      throw new CodedError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
    }
    if (query === undefined) {
      const known = this.#persisted.get(hash);
      if (known !== undefined) return known;
      throw new CodedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    }
    if (this.#persisted.get(hash) !== query) {
      if (createHash('sha256').update(query).digest('hex') !== hash)
        throw new CodedError('BAD_REQUEST', 'sha256Hash is not that of the query.');
      this.#persisted.set(hash, query, query.length + persistedEntryChars);
    }
    return query;
  }
}

function refuseUnreadable({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  // A kilobyte can inflate to a gigabyte; queries are small, so compressed ones are not taken.
  if (encoding !== undefined && encoding !== 'identity')
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'Compressed bodies are not taken here.');
  assertJsonType(headers['content-type']);
}
