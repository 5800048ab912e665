import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, type Logger, newId } from '@tributary/runtime';
import { asCodedError, graphqlAnswer } from '../http/coded-answer.ts';
import { couldBeForeignPage } from '../http/foreign-page.ts';
import { SharedAnswers } from '../http/shared-answers.ts';
import { BoundedCache } from '../planning/bounded-cache.ts';
import { brokenVariables } from '../security/operation-limits.ts';
import { type AnswerText, answerText } from './answer-text.ts';
import { type AnswerType, answerType } from './answer-type.ts';
import { type Asked, askedInBody, askedInUrl } from './asked.ts';
import type { AskedOperations } from './asked-operations.ts';
import { type ForwardedHeaders, forwardedHeaders } from './header-rules.ts';
import { anonymous } from './nobody.ts';
import { readBody } from './read-body.ts';
import type { StandaloneSettings } from './settings-file.ts';

export interface EndpointOptions {
  readonly settings: StandaloneSettings;
  /** Those of the supergraph in force. */
  readonly operations: () => AskedOperations;
  /** Fields of requests that any subgraph may get. */
  readonly forwardedNames: readonly string[];
  readonly log: Logger;
}

/** Bodies up to here are remembered with what they ask, so that the same one need not be read again. */
const knownBodyChars = 16_384;
const knownBodies = 1_000;
const persistedTexts = 5_000;

/** GraphQL over HTTP: POST with JSON, GET for queries. */
export class GraphQLEndpoint {
  readonly #options: EndpointOptions;
  readonly #bodies = new BoundedCache<Asked>(knownBodies);
  readonly #persisted = new BoundedCache<string>(persistedTexts);
  readonly #shared = new SharedAnswers<AnswerText>();
  #underWay = 0;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Answers the request, whatever is wrong with it. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { settings, log } = this.#options;
    const type = answerType(request.headers.accept);
    this.#underWay += 1;
    try {
      if (this.#underWay > settings.limits.underWay)
        throw new CodedError('OVERLOADED', 'Too many requests are under way.', {
          details: { retryAfterSeconds: 1 },
        });
      if (type === undefined) throw new CodedError('NOT_ACCEPTABLE', 'Answers are JSON.');
      const answer = await this.#answer(request, response);
      const status = answer.isRefused && type !== 'application/json' ? 400 : 200;
      send(response, { status, type, body: answer.body });
    } catch (error) {
      const coded = graphqlAnswer(asCodedError(error, log));
      for (const [name, value] of Object.entries(coded.headers)) response.setHeader(name, value);
      if (coded.status === 405) response.setHeader('allow', 'GET, POST');
      // What is left of a body that was not taken would be read as the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      send(response, {
        status: coded.status,
        type: type ?? 'application/json',
        body: Buffer.from(coded.body),
      });
    } finally {
      this.#underWay -= 1;
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<AnswerText> {
    const asked = await this.#asked(request);
    const query =
      asked.query === undefined || asked.hash !== undefined ? this.#persistedText(asked) : asked.query;
    const { settings, operations, forwardedNames, log } = this.#options;
    const operation = operations().operation(query, asked.operationName);
    if ('faults' in operation) return answerText({ json: undefined, errors: operation.faults }, log);
    if (operation.kind === 'subscription')
      throw new CodedError('BAD_REQUEST', 'Subscriptions are not served by this gateway.');
    if (operation.kind === 'mutation' && request.method === 'GET')
      throw new CodedError('METHOD_NOT_ALLOWED', 'Mutations are sent with POST; GET is for queries.');
    const broken = brokenVariables(asked.variables, { ...settings.limits, cost: Number.POSITIVE_INFINITY });
    if (broken !== undefined) throw broken;
    const forwarded = forwardedHeaders(forwardedNames, request.headers);
    const run = async (signal: AbortSignal | undefined): Promise<AnswerText> => {
      const scope = { principal: anonymous, requestId: newId(), forwarded, signal };
      return answerText(await operation.compiled.write(asked.variables, scope), log);
    };
    if (!settings.dedupe || operation.kind !== 'query') return run(goneSignal(response));
    const key = questionKey(query, asked, { request, forwarded });
    // Who goes away must not take the answer from those who wait for the same.
    return this.#shared.answer(key, () => run(undefined));
  }

  async #asked(request: IncomingMessage): Promise<Asked> {
    if (request.method === 'GET') {
      const { url = '', headers } = request;
      if (headers['apollo-require-preflight'] === undefined && couldBeForeignPage(headers))
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
    const text = await readBody(request, this.#options.settings.limits.bodyBytes);
    if (text.length > knownBodyChars) return askedInBody(text);
    return this.#bodies.getOrMake(text, () => askedInBody(text));
  }

  /** Automatic persisted queries: a hash stands for the text that was once sent with it. */
  #persistedText({ query, hash }: Asked): string {
    if (hash === undefined || !this.#options.settings.persistedQueries) {
      if (query !== undefined) return query;
      throw new CodedError(
        'BAD_REQUEST',
        'Persisted queries are not offered here; send the text of the query.',
      );
    }
    if (query === undefined) {
      const known = this.#persisted.get(hash);
      if (known !== undefined) return known;
      throw new CodedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    }
    if (this.#persisted.get(hash) !== query) {
      if (createHash('sha256').update(query).digest('hex') !== hash)
        throw new CodedError('BAD_REQUEST', 'sha256Hash is not that of the query.');
      this.#persisted.set(hash, query);
    }
    return query;
  }
}

/** All that can change an answer; and, whatever the rules forward, who asks: two users never share one. */
function questionKey(
  query: string,
  { operationName = '', variables }: Asked,
  { request, forwarded }: { readonly request: IncomingMessage; readonly forwarded: ForwardedHeaders },
): string {
  const { authorization = '', cookie = '' } = request.headers;
  const facts = [operationName, variables, authorization, cookie, forwarded];
  return `${JSON.stringify(facts)}${query}`;
}

function refuseUnreadable({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  // A kilobyte can inflate to a gigabyte; queries are small, so compressed ones are not taken.
  if (encoding !== undefined && encoding !== 'identity')
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'Compressed bodies are not taken here.');
  const type = headers['content-type'] ?? '';
  if (type === 'application/json') return;
  const [media = '', ...parameters] = type.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (media !== 'application/json' || (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)))
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON in UTF-8 (application/json).');
}

/** Aborts when the connection closes before the answer is out. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

interface Sent {
  readonly status: number;
  readonly type: AnswerType;
  readonly body: Buffer;
}

function send(response: ServerResponse, { status, type, body }: Sent): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.byteLength,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
