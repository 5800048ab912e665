import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, type Logger, newId } from '@tributary/runtime';
import type { OperationTypeNode } from 'graphql';
import type { RequestScope } from '../execution/request-scope.ts';
import { type AnswerType, answerType } from '../http/answer-type.ts';
import type { Asked } from '../http/asked.ts';
import { asCodedError, graphqlAnswer } from '../http/coded-answer.ts';
import { SharedAnswers } from '../http/shared-answers.ts';
import type { RequestInsight, SeenRequest } from '../insight/request-insight.ts';
import { anonymous } from '../security/nobody.ts';
import { brokenVariables } from '../security/operation-limits.ts';
import { Compression } from '../traffic/compression.ts';
import { type AnswerText, answerText } from './answer-text.ts';
import type { AskedOperations } from './asked-operations.ts';
import type { AskedRequests } from './asked-requests.ts';
import { type ForwardedHeaders, forwardedHeaders } from './header-rules.ts';
import type { StandaloneSettings } from './settings-file.ts';

export interface EndpointOptions {
  readonly settings: StandaloneSettings;
  readonly requests: AskedRequests;
  /** Those of the supergraph in force. */
  readonly operations: () => AskedOperations;
  /** Fields of requests that any subgraph may get. */
  readonly forwardedNames: readonly string[];
  /** Undefined where nobody wants to know. */
  readonly insight: RequestInsight | undefined;
  /** @throws CodedError OVERLOADED for an operation that must wait for better times. */
  readonly admit: ((kind: OperationTypeNode) => void) | undefined;
  readonly log: Logger;
}

/** GraphQL over HTTP: POST with JSON, GET for queries. */
export class GraphQLEndpoint {
  readonly #options: EndpointOptions;
  readonly #shared = new SharedAnswers<AnswerText>();
  readonly #compression: Compression | undefined;
  #underWay = 0;

  constructor(options: EndpointOptions) {
    this.#options = options;
    const { compression } = options.settings;
    this.#compression = compression && new Compression(compression.minBytes);
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Answers the request, whatever is wrong with it. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { settings, insight, log } = this.#options;
    let type: AnswerType = 'application/json';
    const seen = insight?.begin('graphql', request.headers['traceparent']);
    let status = 0;
    this.#underWay += 1;
    try {
      type = answerType(request.headers.accept);
      if (this.#underWay > settings.limits.underWay)
        throw new CodedError('OVERLOADED', 'Too many requests are under way.', {
          details: { retryAfterSeconds: 1 },
        });
      const answer = await this.#answer(request, response, seen);
      status = answer.isRefused && type !== 'application/json' ? 400 : 200;
      const sent = { status, type, body: answer.body };
      if (this.#compression === undefined) send(response, sent);
      else {
        const { body, headers } = await this.#compression.for(
          request.headers['accept-encoding'],
          answer.body,
        );
        for (const [name, value] of Object.entries(headers)) response.appendHeader(name, value);
        send(response, { ...sent, body });
      }
    } catch (error) {
      const coded = graphqlAnswer(asCodedError(error, log));
      status = coded.status;
      for (const [name, value] of Object.entries(coded.headers)) response.setHeader(name, value);
      if (coded.status === 405) response.setHeader('allow', 'GET, POST');
      // What is left of a body that was not taken would be read as the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      send(response, { status, type, body: Buffer.from(coded.body) });
    } finally {
      this.#underWay -= 1;
      if (seen !== undefined) insight?.end(seen, status);
    }
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    seen: SeenRequest | undefined,
  ): Promise<AnswerText> {
    const { settings, requests, operations, forwardedNames, admit, log } = this.#options;
    const asked = await requests.read(request);
    const query = requests.textOf(asked);
    const operation = operations().operation(query, asked.operationName, seen?.trace);
    if (seen !== undefined) {
      seen.text = { query, operationName: asked.operationName, variables: asked.variables };
      if (!('faults' in operation)) {
        seen.kind = operation.kind;
        seen.name = operation.name;
      }
    }
    if ('faults' in operation) return answerText({ body: undefined, errors: operation.faults }, log);
    if (operation.kind === 'subscription')
      throw new CodedError(
        'BAD_REQUEST',
        'Subscriptions are served over WebSocket (graphql-transport-ws) and as text/event-stream, at this path.',
      );
    if (operation.kind === 'mutation' && request.method === 'GET')
      throw new CodedError('METHOD_NOT_ALLOWED', 'Mutations are sent with POST; GET is for queries.');
    admit?.(operation.kind);
    const broken = brokenVariables(asked.variables, { ...settings.limits, cost: Number.POSITIVE_INFINITY });
    if (broken !== undefined) throw broken;
    const forwarded = forwardedHeaders(forwardedNames, request.headers);
    const run = async (signal: AbortSignal | undefined): Promise<AnswerText> => {
      const scope = this.#scopeOf({ principal: anonymous, requestId: newId(), forwarded, signal }, seen);
      return answerText(await operation.compiled.write(asked.variables, scope), log);
    };
    if (!settings.dedupe || operation.kind !== 'query') return run(goneSignal(response));
    const key = questionKey(query, asked, { request, forwarded });
    // Who goes away must not take the answer from those who wait for the same.
    return this.#shared.answer(key, () => run(undefined));
  }

  #scopeOf(scope: RequestScope, seen: SeenRequest | undefined): RequestScope {
    const { deadline } = this.#options.settings;
    if (seen === undefined && deadline === undefined) return scope;
    return {
      ...scope,
      ...(seen === undefined ? {} : { observed: seen }),
      ...(deadline === undefined ? {} : { deadlineAtMs: performance.now() + deadline.ms }),
    };
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
