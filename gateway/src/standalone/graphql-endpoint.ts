import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, type Logger } from '@tributary/runtime';
import type { OperationTypeNode } from 'graphql';
import { CallerGone, type Departure, Leaving, reasonToEnd } from '../execution/departure.ts';
import { type AnswerType, answerType } from '../http/answer-type.ts';
import type { Asked } from '../http/asked.ts';
import { asCodedError, graphqlAnswer } from '../http/coded-answer.ts';
import { SharedAnswers } from '../http/shared-answers.ts';
import { UnreadAnswers } from '../http/unread-answers.ts';
import { type Patience, writeAnswer } from '../http/written-answer.ts';
import { planned } from '../insight/observed-run.ts';
import { clientGone, type RequestInsight, type SeenRequest } from '../insight/request-insight.ts';
import { brokenVariables } from '../security/operation-limits.ts';
import type { Beginnings } from '../traffic/beginnings.ts';
import { Compression } from '../traffic/compression.ts';
import { type AnswerText, answerText } from './answer-text.ts';
import type { AskedOperations } from './asked-operations.ts';
import type { AskedRequests } from './asked-requests.ts';
import { askedScope, deadlineAfter } from './asked-scope.ts';
import { type ForwardedHeaders, forwardedHeaders } from './header-rules.ts';
import type { RequestsUnderWay } from './requests-under-way.ts';
import type { StandaloneSettings } from './settings-file.ts';

export interface EndpointOptions {
  readonly settings: StandaloneSettings;
  readonly requests: AskedRequests;
  /** With those that are answered by events. */
  readonly underWay: RequestsUnderWay;
  /** Those of the supergraph in force. */
  readonly operations: () => AskedOperations;
  /** Fields of requests that any subgraph may get. */
  readonly forwardedNames: readonly string[];
  /** Undefined where nobody wants to know. */
  readonly insight: RequestInsight | undefined;
  /** @throws CodedError OVERLOADED for an operation that must wait for better times. */
  readonly admit: ((kind: OperationTypeNode) => void) | undefined;
  /** Whose turn it is, of those that are not shed. */
  readonly beginnings: Beginnings;
  readonly log: Logger;
}

/** GraphQL over HTTP: POST with JSON, GET for queries. */
export class GraphQLEndpoint {
  readonly #options: EndpointOptions;
  readonly #shared: SharedAnswers<AnswerText>;
  readonly #compression: Compression | undefined;
  readonly #patience: Patience;

  constructor(options: EndpointOptions) {
    this.#options = options;
    const { compression, limits, unreadMs } = options.settings;
    const unread = new UnreadAnswers(limits.unreadBytes, () => performance.now());
    this.#patience = { unreadMs, unread };
    // Others find room, whoever waits for the one answer that does not come.
    this.#shared = new SharedAnswers(Math.ceil(limits.underWay * 0.75));
    this.#compression = compression && new Compression(compression.minBytes);
  }

  /** Answers the request, whatever is wrong with it. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { underWay, insight, log } = this.#options;
    let type: AnswerType = 'application/json';
    const seen = insight?.begin('graphql', request.headers['traceparent']);
    let status = 0;
    let hasErrors = false;
    const gone = new Leaving();
    underWay.enter(response);
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      type = answerType(request.headers.accept);
      underWay.refuseBeyond();
      const answer = await this.#answer(request, gone, seen);
      ({ hasErrors } = answer);
      status = answer.isRefused && type !== 'application/json' ? 400 : 200;
      const sent = { status, type, body: answer.body };
      if (this.#compression === undefined) send(response, sent, this.#patience);
      else {
        const { body, headers } = await this.#compression.for(
          request.headers['accept-encoding'],
          answer.body,
        );
        for (const [name, value] of Object.entries(headers)) response.appendHeader(name, value);
        send(response, { ...sent, body }, this.#patience);
      }
    } catch (error) {
      if (error instanceof CallerGone) {
        status = clientGone;
        return;
      }
      const coded = graphqlAnswer(asCodedError(error, log));
      status = coded.status;
      for (const [name, value] of Object.entries(coded.headers)) response.setHeader(name, value);
      if (coded.status === 405) response.setHeader('allow', 'GET, POST');
      // What is left of a body that was not taken would be read as the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      send(response, { status, type, body: Buffer.from(coded.body) }, this.#patience);
    } finally {
      if (seen !== undefined) insight?.end(seen, hasErrors && status === 200 ? 'errors' : status);
    }
  }

  async #answer(
    request: IncomingMessage,
    gone: Departure,
    seen: SeenRequest | undefined,
  ): Promise<AnswerText> {
    const { settings, requests, operations, forwardedNames, admit, beginnings, log } = this.#options;
    const asked = await requests.read(request);
    const query = requests.textOf(asked);
    if (seen !== undefined) seen.text = query;
    const cameAtMs = performance.now();
    const asking = { signal: gone, deadlineAtMs: deadlineAfter(settings, cameAtMs), observed: seen };
    const known = operations().operation(query, asked.operationName, asking);
    const operation = known instanceof Promise ? await planned(known, seen) : known;
    if (seen !== undefined && !('faults' in operation)) {
      seen.kind = operation.kind;
      seen.name = operation.name;
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
    const told = toldSubgraphs(query, asked, forwarded);
    const run = async (signal: Departure): Promise<AnswerText> => {
      const turn = beginnings.enter(told, asking.deadlineAtMs);
      if (turn !== undefined) await turn;
      try {
        const scope = askedScope(settings, { forwarded, signal, observed: seen }, cameAtMs);
        const written = signal.aborted ? undefined : await operation.compiled.write(asked.variables, scope);
        // What is missing because nobody waited for it is no error of anybody's.
        if (written === undefined || signal.aborted) throw reasonToEnd(signal);
        return answerText(written, log);
      } finally {
        beginnings.leave(told);
      }
    };
    if (!settings.dedupe || operation.kind !== 'query') return run(gone);
    const { deadline } = settings;
    // Of those who waited for a plan the last have about all their time left, and the first may have none.
    const since = known instanceof Promise && deadline ? Math.floor((8 * cameAtMs) / deadline.ms) : 0;
    const key = `${whoAsks(request, since)}${told}`;
    return this.#shared.answer(key, run, gone);
  }
}

/** All of a question that subgraphs can be told. */
function toldSubgraphs(
  query: string,
  { operationName = '', variables }: Asked,
  forwarded: ForwardedHeaders,
): string {
  return `${JSON.stringify([operationName, variables, forwarded])}${query}`;
}

/** Whatever the rules forward, who asks, and by which time: two users never share an answer. */
function whoAsks({ headers }: IncomingMessage, since: number): string {
  const { authorization = '', cookie = '' } = headers;
  return JSON.stringify([authorization, cookie, since]);
}

interface Sent {
  readonly status: number;
  readonly type: AnswerType;
  readonly body: Buffer;
}

function send(response: ServerResponse, { status, type, body }: Sent, patience: Patience): void {
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.byteLength,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  writeAnswer(response, { status, headers, body }, patience);
}
