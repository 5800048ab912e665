import { isAscii } from 'node:buffer';
import { CodedError } from '@tributary/runtime';
import type { GraphQLFormattedError } from 'graphql';
import { Pool, errors as undiciErrors } from 'undici';
import { isJsonObject, type JsonObject } from '../execution/compiled/own-keys.ts';
import type { FetchAnswer, FetchRequest, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { failedFields } from '../execution/failed-fields.ts';
import { CallerGone, exchange, type HttpAnswer } from '../execution/http-exchange.ts';
import type { RequestScope } from '../execution/request-scope.ts';
import { SubgraphCircuit } from '../execution/subgraph-circuit.ts';
import { headersFor } from './header-rules.ts';
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
const failureThreshold = 5;
const retryAfterMs = 1_000;
const decoder = new TextDecoder();
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
    // Deadlines are of whole exchanges.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const circuit = new SubgraphCircuit({ failureThreshold, retryAfterMs, nowMs: () => performance.now() });
  const { name, retries, timeoutMs } = options;
  const path = `${pathname}${search}`;
  const headersOf = headersFor(options.headers.general, options.headers.own, {
    'content-type': 'application/json',
    accept,
  });
  const ask = async (
    { body, expected }: FetchRequest,
    { forwarded = {}, signal }: RequestScope,
  ): Promise<FetchAnswer> => {
    circuit.enter();
    try {
      const headers = headersOf(forwarded);
      const told = await exchange(pool, { path, headers, body, expected, timeoutMs, signal });
      const answer = told.body === expected ? sameAnswer(name, told) : answerOf(name, told);
      circuit.succeeded();
      return answer;
    } catch (cause) {
      if (cause instanceof CallerGone) circuit.abandoned();
      else circuit.failed();
      throw cause;
    }
  };
  return {
    fetch: async (request, scope) => {
      const { query } = request;
      // What could not be sent at all has changed nothing; a query changes nothing anyway.
      const mostTries = query.startsWith('mutation') ? 1 : 1 + retries;
      for (let tries = 1; ; tries += 1) {
        try {
          return await ask(request, scope);
        } catch (cause) {
          if (tries < mostTries && isCut(cause) && scope.signal?.aborted !== true) continue;
          return failed(name, query, cause);
        }
      }
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

/** @throws CodedError SUBGRAPH_UNAVAILABLE for what is no answer to a GraphQL request. */
function answerOf(name: string, { status, body }: HttpAnswer): FetchAnswer {
  let answer: unknown;
  try {
    // Decoding ASCII is copying; the rest, and the mark some servers put in front, is left to a decoder.
    answer = JSON.parse(isAscii(body) ? body.toString('latin1') : decoder.decode(body));
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
    bytes: body,
  };
}

/** What was an answer the last time is one again; it is read if somebody has to. */
function sameAnswer(name: string, told: HttpAnswer): FetchAnswer {
  let read: FetchAnswer | undefined;
  const answer = (): FetchAnswer => {
    read ??= answerOf(name, told);
    return read;
  };
  return {
    bytes: told.body,
    get data() {
      return answer().data;
    },
    get errors() {
      return answer().errors;
    },
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
