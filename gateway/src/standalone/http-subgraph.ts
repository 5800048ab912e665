import { CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import { errors as undiciErrors } from 'undici';
import type { PassAnswer } from '../execution/compiled/passed-answer.ts';
import type { FetchAnswer, FetchRequest, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { CallerGone, type Departure, reasonToEnd } from '../execution/departure.ts';
import { failedAnswer } from '../execution/failed-fields.ts';
import { exchange } from '../execution/http-exchange.ts';
import type { RequestScope } from '../execution/request-scope.ts';
import { SubgraphCircuit } from '../execution/subgraph-circuit.ts';
import { SharedTexts } from '../http/shared-texts.ts';
import { Bulkhead, type BulkheadLimits, notEntered, overloaded } from '../traffic/bulkhead.ts';
import { Crowd } from '../traffic/crowd.ts';
import { connectionsTo } from './connections.ts';
import { headersFor } from './header-rules.ts';
import { RefusedBySubgraph } from './refused-by-subgraph.ts';
import { isRefusedStream, isTriedAgain, mostRefused, type TriesLeft } from './second-tries.ts';
import type { HeaderRules } from './settings-file.ts';
import { ToldAnswer } from './told-answer.ts';
import { TooLongAnswers } from './too-long-answers.ts';

export interface HttpSubgraphOptions {
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly connections: number;
  readonly answerBytes: number;
  readonly retries: number;
  /** Equal requests of one moment are sent once: equal in every byte that the subgraph would see. */
  readonly shares: boolean;
  readonly h2: boolean;
  /** Of what is sent to it. */
  readonly bulkhead: BulkheadLimits;
  /** Requests that the gateway takes at once: of those that wait for this subgraph, a part. */
  readonly underWay: number;
  readonly headers: { readonly general: HeaderRules; readonly own: HeaderRules };
}

export interface HttpSubgraph extends AsyncDisposable {
  readonly fetch: SubgraphFetch;
  readonly circuitState: SubgraphCircuit['state'];
}

const failureThreshold = 5;
const retryAfterMs = 1_000;
const accept = 'application/graphql-response+json, application/json;q=0.9';

/** Longer requests are rarely equal, and cost more to compare. */
const sharedBodyChars = 8_192;

interface SentRequest {
  readonly headers: readonly string[];
  readonly body: string;
  readonly expected: Buffer | undefined;
  readonly passes: PassAnswer | undefined;
  readonly isPatient: boolean;
  /** The circuit hears of what is not tried again. */
  readonly triesLeft: TriesLeft;
}

/**
 * Anyone's subgraph, behind GraphQL over HTTP. What it answers is taken when it has the form of an answer, whatever the status; a subgraph that is
 * away, answers something else or takes too long costs its own fields only.
 */
export function httpSubgraph(
  options: HttpSubgraphOptions,
  onAnswered: () => void,
  log: Logger,
): HttpSubgraph {
  const { origin, pathname, search } = new URL(options.url);
  const pool = connectionsTo(origin, options);
  const circuit = new SubgraphCircuit({ failureThreshold, retryAfterMs, nowMs: () => performance.now() });
  const { name, retries, timeoutMs, answerBytes, shares } = options;
  const tooLong = new TooLongAnswers(retryAfterMs, () => performance.now());
  const room = new Bulkhead(name, options.bulkhead, timeoutMs);
  const crowd = new Crowd(options.underWay, () => performance.now());
  const tell = tellTrouble({
    log,
    message: 'a subgraph does not answer as it should',
    over: 'a subgraph answers again',
    fields: { subgraph: name },
  });
  const path = `${pathname}${search}`;
  const headersOf = headersFor(options.headers.general, options.headers.own, {
    'content-type': 'application/json',
    accept,
    // Where nothing is said of it a server may choose any (RFC 9110 §12.5.3).
    'accept-encoding': 'identity',
  });
  const askNow = async (request: SentRequest, signal: Departure | undefined): Promise<ToldAnswer> => {
    const entered = circuit.enter();
    try {
      const told = await exchange(pool, { ...request, path, timeoutMs, answerBytes, signal });
      crowd.heard();
      tooLong.wasAnswered(request);
      const answer = new ToldAnswer(name, told, request);
      circuit.succeeded();
      return answer;
    } catch (cause) {
      // It is there, whatever it thinks of this caller.
      if (cause instanceof RefusedBySubgraph) circuit.succeeded();
      else if (isOfTheCaller(cause) || isTriedAgain(cause, request.triesLeft)) circuit.abandoned(entered);
      else {
        // It is there; what was asked of it is too much, of which others may ask less.
        if (isTooLong(cause)) {
          circuit.abandoned(entered);
          tooLong.wasTooLong(request);
        } else circuit.failed(entered);
        tell(cause);
      }
      throw cause;
    }
  };
  const ask = async (request: SentRequest, signal: Departure | undefined): Promise<ToldAnswer> => {
    const turn = room.enter(signal, request.isPatient);
    if (!(typeof turn === 'boolean' ? turn : await turn)) throw reasonToEnd(signal);
    try {
      return await askNow(request, signal);
    } finally {
      room.leave();
    }
  };
  const shared = new SharedTexts<ToldAnswer>();
  const askOnce = (
    { query, body, expected, passes }: FetchRequest,
    scope: RequestScope,
    triesLeft: TriesLeft,
  ): Promise<ToldAnswer> => {
    const headers = headersOf(scope.forwarded ?? {});
    const isMutation = query.startsWith('mutation');
    const isPatient = scope.isEvent === true;
    const request = { headers, body, expected, passes, isPatient, triesLeft };
    // What changes something is done as often as it is asked for.
    if (!isMutation) tooLong.refuse(request);
    if (!shares || isMutation || body.length > sharedBodyChars) return ask(request, scope.signal);
    // Whoever shares is sent on the same terms.
    const terms = `${isPatient} ${triesLeft.cut} ${triesLeft.refused}\n${headers.join('\n')}`;
    return shared.answer({ text: body, terms }, (gone) => ask(request, gone), scope.signal);
  };
  return {
    fetch: async (request, scope) => {
      const { query } = request;
      if (!crowd.letsIn(scope.isEvent)) return failed(options, query, overloaded(name));
      // A mutation that was cut may have been done.
      const triesLeft = { cut: query.startsWith('mutation') ? 0 : retries, refused: mostRefused };
      try {
        for (;;) {
          try {
            const told = await askOnce(request, scope, { ...triesLeft });
            return told.as(request);
          } catch (cause) {
            if (!isTriedAgain(cause, triesLeft) || scope.signal?.aborted === true)
              return failed(options, query, cause);
            if (isRefusedStream(cause)) triesLeft.refused -= 1;
            else triesLeft.cut -= 1;
          }
        }
      } finally {
        crowd.leave(scope.isEvent);
        onAnswered();
      }
    },
    get circuitState() {
      return circuit.state;
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

/** They left, asked for what cannot be sent, or were refused: the subgraph may be there for everybody else. */
function isOfTheCaller(cause: unknown): boolean {
  return cause instanceof CallerGone || cause instanceof undiciErrors.InvalidArgumentError;
}

function isTooLong(cause: unknown): boolean {
  return cause instanceof undiciErrors.ResponseExceededMaxSizeError;
}

function failed(
  { name: subgraph, answerBytes }: HttpSubgraphOptions,
  query: string,
  cause: unknown,
): FetchAnswer {
  if (cause instanceof CallerGone) return { data: null };
  if (cause instanceof RefusedBySubgraph)
    return failedAnswer(query, cause.message, { code: cause.code, subgraph });
  if (cause instanceof CodedError && cause.code === 'OVERLOADED') return notEntered(query, subgraph, cause);
  if (isTooLong(cause)) {
    const message = `${subgraph} answered with more than ${answerBytes} bytes; ask for less at once.`;
    return failedAnswer(query, message, { code: 'PAYLOAD_TOO_LARGE', subgraph });
  }
  const isLate = cause instanceof CodedError && cause.code === 'DEADLINE_EXCEEDED';
  const code = isLate ? 'DEADLINE_EXCEEDED' : 'SUBGRAPH_UNAVAILABLE';
  const message = isLate ? `${subgraph} did not answer in time.` : `${subgraph} is away for a moment.`;
  return failedAnswer(query, message, { code, subgraph });
}
