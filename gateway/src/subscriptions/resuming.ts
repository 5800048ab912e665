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
  for (const pauseMs of [...retryPausesMs, undefined]) {
    if (gone.aborted) return undefined;
    try {
      return await open();
    } catch (error) {
      // It waited long enough for its turn.
      if (error instanceof CodedError && error.code === 'OVERLOADED') return 'overloaded';
      if (!isOfWhatIsAway(codesOf(error))) throw error;
    }
    if (pauseMs !== undefined) await pause(pauseMs, gone);
  }
  return gone.aborted ? undefined : 'away';
}

function codesOf(error: unknown): readonly unknown[] {
  if (error instanceof CodedError) return [error.code];
  if (error instanceof RefusedOperation) return error.errors.map(({ extensions }) => extensions?.['code']);
  return [];
}
