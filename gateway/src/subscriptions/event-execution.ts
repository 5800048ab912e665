import type { LogEvent } from '@tributary/engines/event-log';
import { CodedError, errorCodes, isErrorCode, newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { PreparedStream } from '../execution/stream-execution.ts';
import { Payload } from './payload.ts';

/** What one event came to for a group of equal subscriptions. */
export type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'payload'; readonly payload: Payload; readonly timestampMs: number }
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLFormattedError[] }
  | { readonly kind: 'unavailable' }
  /** Who waits for it has not read what came before. */
  | { readonly kind: 'behind' }
  /** Its turn did not come: whoever asks costs more than one may. */
  | { readonly kind: 'overloaded' };

export interface EventRun {
  readonly prepared: PreparedStream;
  readonly principal: Principal;
  /** Undefined asks for what is there now, as an opening call does. */
  readonly event: LogEvent | undefined;
  /** Empty where the stream has no positions. */
  readonly cursor: string;
  readonly timestampMs: number;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** False when the event surely does not concern the group: then nothing is executed. */
  readonly mayConcern: () => boolean;
  /** Executes when the turn has come. @throws CodedError OVERLOADED when it did not. */
  readonly inTurn: (execute: () => Promise<ExecutionResult>) => Promise<ExecutionResult | 'behind'>;
}

/** Pauses between tries while a part of the graph is away: about 8 s in all, then subscribers are asked to come back. */
export const retryPausesMs = [50, 200, 800, 2_000, 5_000];
const rightsCodes: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);

/** Executes a subscription for one event. Never rejects. */
export async function executeForEvent(run: EventRun): Promise<Outcome> {
  for (const pauseMs of [...retryPausesMs, undefined]) {
    const result = await attempt(run);
    if (result === 'behind' || result === 'overloaded') return { kind: result };
    const outcome = outcomeOf(result, run);
    if (outcome.kind !== 'unavailable' || pauseMs === undefined || run.signal.aborted) return outcome;
    await pause(pauseMs, run.signal);
  }
  return { kind: 'unavailable' };
}

async function attempt(run: EventRun): Promise<ExecutionResult | 'behind' | 'overloaded' | undefined> {
  const { prepared, principal, event, cursor } = run;
  try {
    return await run.inTurn(async () =>
      run.mayConcern()
        ? prepared.execute(principal, event === undefined ? undefined : { event, cursor }, newId())
        : { data: null },
    );
  } catch (error) {
    // The executor answers with errors; one that throws could not be asked.
    return error instanceof CodedError && error.code === 'OVERLOADED' ? 'overloaded' : undefined;
  }
}

function outcomeOf(result: ExecutionResult | undefined, run: EventRun): Outcome {
  if (result === undefined) return { kind: 'unavailable' };
  const isNull = isNullResult(result);
  const codes = (result.errors ?? []).map(({ extensions }) => extensions['code']);
  if (codes.length === 0 && isNull) return { kind: 'nothing' };
  if (isNull && (endsForGood(codes) || isGone(result))) return { kind: 'refused', errors: formatted(result) };
  if (isNull && isOfWhatIsAway(codes)) return { kind: 'unavailable' };
  return { kind: 'payload', payload: Payload.at(run.cursor, result), timestampMs: run.timestampMs };
}

/** Errors with these codes say that something is away for the moment, and nothing that stays. */
export function isOfWhatIsAway(codes: readonly unknown[]): boolean {
  return !endsForGood(codes) && codes.some((code) => isErrorCode(code) && errorCodes[code].retryable);
}

function endsForGood(codes: readonly unknown[]): boolean {
  return codes.some((code) => rightsCodes.has(String(code)));
}

/** What was subscribed to is no more. Something else that a payload leads to may be absent, which is no end. */
function isGone({ errors = [] }: ExecutionResult): boolean {
  return errors.some(({ path, extensions }) => path?.length === 1 && extensions['code'] === 'NOT_FOUND');
}

/** The root field came out null: "not for you" when there is no error. */
export function isNullResult(result: ExecutionResult): boolean {
  return (
    result.data === undefined ||
    result.data === null ||
    Object.values(result.data).every((value) => value === null)
  );
}

export function formatted(result: ExecutionResult): readonly GraphQLFormattedError[] {
  return (result.errors ?? []).map((error) => error.toJSON?.() ?? error);
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
