import { CodedError } from '@tributary/runtime';
import { RefusedOperation } from '../execution/refused-operation.ts';
import { isOfWhatIsAway, pause, retryPausesMs } from './event-execution.ts';

/** Why whoever resumes is to come back later. */
export type Hindrance = 'away' | 'overloaded';

/**
 * Does what opens a subscription that goes on from a cursor. What hinders it for the moment is waited for as for an event: stock clients forget an
 * operation that was refused, and all that comes later would be missed. Answers what still hinders it at the end, and undefined when the client is gone.
 * @throws what `open` throws, where trying again helps nothing
 */
export async function openedForResuming<Opened>(
  open: () => Promise<Opened>,
  gone: AbortSignal,
): Promise<Opened | Hindrance | undefined> {
  try {
    return await openedWhenThere(open, gone);
  } catch (error) {
    if (isOverloaded(error)) return 'overloaded';
    if (!isOfWhatIsAway(codesOf(error))) throw error;
    return gone.aborted ? undefined : 'away';
  }
}

/**
 * Tries again what opens a subscription, for about 8 s, while something that it needs is away: nobody can tell who comes back to a field without a cursor. Undefined when the client is gone.
 * @throws what `open` threw last, and at once where trying again helps nothing or its turn did not come
 */
export async function openedWhenThere<Opened>(
  open: () => Promise<Opened>,
  gone: AbortSignal,
): Promise<Opened | undefined> {
  for (const pauseMs of [...retryPausesMs, undefined]) {
    if (gone.aborted) return undefined;
    try {
      return await open();
    } catch (error) {
      if (pauseMs === undefined || isOverloaded(error) || !isOfWhatIsAway(codesOf(error))) throw error;
      await pause(pauseMs, gone);
    }
  }
  return undefined;
}

/** It waited long enough for its turn. */
function isOverloaded(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'OVERLOADED';
}

function codesOf(error: unknown): readonly unknown[] {
  if (error instanceof CodedError) return [error.code];
  if (error instanceof RefusedOperation) return error.errors.map(({ extensions }) => extensions?.['code']);
  return [];
}
