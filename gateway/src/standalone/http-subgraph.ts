import { CodedError } from '@tributary/runtime';
import type { GraphQLFormattedError } from 'graphql';
import { Pool, errors as undiciErrors } from 'undici';
import { isJsonObject, type JsonObject } from '../execution/compiled/own-keys.ts';
import type { FetchAnswer, FetchRequest, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { failedFields } from '../execution/failed-fields.ts';
import { createSubgraphBreaker, type SubgraphBreaker } from '../execution/subgraph-breaker.ts';
import { type ForwardedHeaders, headersFor } from './header-rules.ts';
import type { HeaderRules } from './settings-file.ts';

export interface HttpSubgraphOptions {
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly connections: number;
  readonly retries: number;
  readonly headers: { readonly general: HeaderRules; readonly own: HeaderRules };
}

export interface HttpSubgraph extends AsyncDisposable {
  readonly fetch: SubgraphFetch;
}

const answerLimitBytes = 64 * 1024 * 1024;
const breakerThreshold = 5;
const breakerPauseMs = 1_000;
const accept = 'application/graphql-response+json, application/json;q=0.9';

/**
 * Anyone's subgraph, behind GraphQL over HTTP. What it answers is taken when it has the form of an answer, whatever the status; a subgraph that is
 * away, answers something else or takes too long costs its own fields only.
 */
export function httpSubgraph(options: HttpSubgraphOptions): HttpSubgraph {
  const { origin, pathname, search } = new URL(options.url);
  const pool = new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    maxResponseSize: answerLimitBytes,
    // Deadlines are the breaker's.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const breaker = createSubgraphBreaker({
    timeoutMs: options.timeoutMs,
    failureThreshold: breakerThreshold,
    retryAfterMs: breakerPauseMs,
    onState: () => undefined,
  });
  const headersOf = headersFor(options.headers.general, options.headers.own);
  const ask: Ask = async (body, forwarded, signal) => {
    const headers = headersOf(forwarded);
    headers['content-type'] = 'application/json';
    headers['accept'] = accept;
    const path = `${pathname}${search}`;
    const response = await pool.request({ method: 'POST', path, headers, body, signal });
    return answerOf(options.name, response.statusCode, await response.body.text());
  };
  return {
    fetch: fetchOver(ask, { ...options, breaker }),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

type Ask = (body: string, forwarded: ForwardedHeaders, signal: AbortSignal) => Promise<FetchAnswer>;

function fetchOver(
  ask: Ask,
  { name, retries, breaker }: HttpSubgraphOptions & { readonly breaker: SubgraphBreaker },
): SubgraphFetch {
  return async (request, scope) => {
    const body = bodyOf(request);
    const forwarded = scope.forwarded ?? {};
    // What could not be sent at all has changed nothing; a query changes nothing anyway.
    const mostTries = request.query.startsWith('mutation') ? 1 : 1 + retries;
    for (let tries = 1; ; tries += 1) {
      try {
        return await breaker.run((signal) => ask(body, forwarded, signal), scope.signal);
      } catch (cause) {
        if (tries < mostTries && isCut(cause) && scope.signal?.aborted !== true) continue;
        return failed(name, request.query, cause);
      }
    }
  };
}

/** JSON of the query's text by the text: plans send the same few over and over. */
const quoted = new Map<string, string>();

function bodyOf({ query, operationName, variables }: FetchRequest): string {
  let text = quoted.get(query);
  if (text === undefined) {
    text = JSON.stringify(query);
    if (quoted.size >= 5_000) quoted.clear();
    quoted.set(query, text);
  }
  const named = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return `{"query":${text}${named},"variables":${JSON.stringify(variables)}}`;
}

/** @throws CodedError SUBGRAPH_UNAVAILABLE for what is no answer to a GraphQL request. */
function answerOf(name: string, status: number, text: string): FetchAnswer {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (!isJsonObject(answer) || !(Object.hasOwn(answer, 'data') || Object.hasOwn(answer, 'errors')))
    throw new CodedError(
      'SUBGRAPH_UNAVAILABLE',
      `The subgraph ${name} answered ${status} without a GraphQL answer.`,
    );
  const { data, errors } = answer;
  if (data !== null && data !== undefined && !isJsonObject(data))
    throw new CodedError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} answered data that is no object.`);
  const said = Array.isArray(errors) ? errors.filter(isError) : [];
  return {
    data: (data ?? null) as JsonObject | null,
    ...(said.length === 0 ? {} : { errors: said }),
  };
}

function isError(error: unknown): error is GraphQLFormattedError {
  return isJsonObject(error) && typeof error['message'] === 'string';
}

/** The connection ended, or never was: the subgraph may be back on the next one. */
function isCut(cause: unknown): boolean {
  if (cause instanceof undiciErrors.SocketError) return true;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ECONNRESET' || code === 'ECONNREFUSED' || code === 'EPIPE';
}

function failed(subgraph: string, query: string, cause: unknown): FetchAnswer {
  const isLate = cause instanceof CodedError && cause.code === 'DEADLINE_EXCEEDED';
  const code = isLate ? 'DEADLINE_EXCEEDED' : 'SUBGRAPH_UNAVAILABLE';
  const message = isLate ? `${subgraph} did not answer in time.` : `${subgraph} is away for a moment.`;
  return {
    data: null,
    errors: failedFields(query).map((path) => ({ message, path, extensions: { code, subgraph } })),
  };
}
