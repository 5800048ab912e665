import { onBehalfOfRun } from '@tributary/runtime';
import type { AssertionVerifier } from './assertion.ts';

interface Asked {
  readonly assertion: string;
}

/**
 * What a door does for a run is done on the run's behalf, as what a GraphQL call does: the events it causes name the run, so that a loop of triggers
 * over files is seen. Whether the assertion is needed, and what is said when it does not hold, stays the door's own.
 */
export function actingDoor<Request extends Asked, Response>(
  door: { handle(request: Request): Promise<Response> },
  verifier: AssertionVerifier,
): { handle(request: Request): Promise<Response> } {
  return {
    handle: async (request) => {
      const principal = await verifier.verify(request.assertion).catch(() => undefined);
      return onBehalfOfRun(principal?.runId, () => door.handle(request));
    },
  };
}
