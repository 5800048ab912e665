import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, type Logger, newId } from '@tributary/runtime';
import { asCodedError, graphqlAnswer } from '../http/coded-answer.ts';
import { SharedAnswers } from '../http/shared-answers.ts';
import { brokenVariables } from '../security/operation-limits.ts';
import { type AnswerText, answerText } from './answer-text.ts';
import { type AnswerType, answerType } from './answer-type.ts';
import type { Asked } from './asked.ts';
import type { AskedOperations } from './asked-operations.ts';
import type { AskedRequests } from './asked-requests.ts';
import { type ForwardedHeaders, forwardedHeaders } from './header-rules.ts';
import { anonymous } from './nobody.ts';
import type { StandaloneSettings } from './settings-file.ts';

export interface EndpointOptions {
  readonly settings: StandaloneSettings;
  readonly requests: AskedRequests;
  /** Those of the supergraph in force. */
  readonly operations: () => AskedOperations;
  /** Fields of requests that any subgraph may get. */
  readonly forwardedNames: readonly string[];
  readonly log: Logger;
}

/** GraphQL over HTTP: POST with JSON, GET for queries. */
export class GraphQLEndpoint {
  readonly #options: EndpointOptions;
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
    const { settings, requests, operations, forwardedNames, log } = this.#options;
    const asked = await requests.read(request);
    const query = requests.textOf(asked);
    const operation = operations().operation(query, asked.operationName);
    if ('faults' in operation) return answerText({ body: undefined, errors: operation.faults }, log);
    if (operation.kind === 'subscription')
      throw new CodedError(
        'BAD_REQUEST',
        'Subscriptions are served over WebSocket (graphql-transport-ws) and as text/event-stream, at this path.',
      );
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
