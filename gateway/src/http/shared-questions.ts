import type { HeaderMap } from '@apollo/server';
import type { Principal } from '@tributary/subgraph-kit';
import type { FastifyRequest } from 'fastify';
import type { Departure } from '../execution/departure.ts';
import type { ScopedContext } from '../execution/graph-server.ts';
import { unitsBeyondRequest } from '../execution/operation-charge.ts';
import { budgetOwner } from '../security/rate-limit.ts';
import { isOurs } from './request-identity.ts';
import { type Execute, SharedAnswers } from './shared-answers.ts';

/** What an execution gave, ready to be sent to everybody who asked the same. */
export interface GraphAnswer {
  readonly status: number | undefined;
  readonly headers: HeaderMap;
  readonly body: Buffer;
  readonly seen: ScopedContext['seen'];
}

/** Longer questions are rare and equal ones rarer; and what is this short cannot be nested so deep that writing it as a key fails. */
const maxQuestionBytes = 4_096;
const maxKnown = 2_000;
/** Besides the credentials, which became the principal, what can change the answer. */
const tellingHeaders = [
  'accept',
  'content-type',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'sec-fetch-mode',
] as const;

/**
 * Shares the answers to equal queries of one principal at one moment. What is no query is never shared. Strangers are one principal with a budget for each address:
 * what takes more of it than the request did is shared within an address alone, because whoever is executed pays, or is refused, for all of them.
 */
export class SharedQuestions {
  readonly #answers = new SharedAnswers<GraphAnswer>();
  /** Keys whose operation was a query when it was asked alone, and whether it took more of a budget. */
  readonly #queries = new Map<string, { readonly isCharged: boolean }>();

  /**
   * What `execute` is given ends it: when its caller is gone, or the last of those who wait for the same answer.
   * @throws CallerGone to one who left while others wait on
   */
  async answer(
    request: FastifyRequest,
    principal: Principal,
    { gone, execute }: { readonly gone: Departure; readonly execute: Execute<GraphAnswer> },
  ): Promise<GraphAnswer> {
    const key = keyOf(request, principal);
    if (key === undefined) return execute(gone);
    const known = this.#queries.get(key);
    if (known !== undefined) {
      const sharers = known.isCharged ? `${key} ${budgetOwner(principal, request.clientAddress ?? '')}` : key;
      return this.#answers.answer(sharers, execute, gone);
    }
    const answer = await execute(gone);
    if (answer.seen.operationType === 'query') this.#remember(key, answer.seen.cost ?? 0);
    return answer;
  }

  #remember(key: string, cost: number): void {
    if (this.#queries.size >= maxKnown) this.#queries.clear();
    this.#queries.set(key, { isCharged: unitsBeyondRequest(cost) > 0 });
  }
}

function keyOf(request: FastifyRequest, principal: Principal): string | undefined {
  const { method, url, body } = request;
  const bodyBytes = method === 'GET' ? 0 : Number(request.headers['content-length'] ?? Number.NaN);
  if (!(bodyBytes + url.length <= maxQuestionBytes)) return undefined;
  const headers = tellingHeaders.map((name) => request.headers[name] ?? null);
  // What a process of ours may ask is not for a client in whose name it asks.
  return JSON.stringify([method, url, body ?? null, headers, principal, isOurs(request)]);
}
