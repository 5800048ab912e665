import { CodedError, gatewayAddress } from '@tributary/runtime';
import { type AssertionMinter, assertionHeader } from '@tributary/subgraph-kit';
import { errorFrom } from '../failure.ts';
import { actingPrincipal } from '../graph-access.ts';
import type { RunGraph } from '../run-graph.ts';

export interface DoorCall {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

/** The gateway's doors on behalf of a run. Answers only with success. @throws CodedError NOT_FOUND, FORBIDDEN, SUBGRAPH_UNAVAILABLE … as the door says */
export type RunDoors = (run: Parameters<RunGraph>[0], path: string, call: DoorCall) => Promise<Response>;

/** Each call carries an assertion of its own: one ends after seconds, a run may take hours. */
export function doorsForRuns(parts: {
  readonly minter: AssertionMinter;
  readonly gatewayUrl: string;
}): RunDoors {
  return async (run, path, { method = 'GET', headers = {}, body, signal }) => {
    const assertion = await parts.minter.mint(actingPrincipal(run));
    const response = await fetch(gatewayAddress(parts.gatewayUrl, path), {
      method,
      headers: { ...headers, [assertionHeader]: assertion },
      redirect: 'error',
      signal,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    }).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'A door of the gateway did not answer.', { cause });
    });
    if (response.ok) return response;
    throw await refused(response);
  };
}

/** Doors refuse with problem documents (RFC 9457) that carry our codes. */
async function refused(response: Response): Promise<CodedError> {
  const problem = (await response.json().catch(() => ({}))) as {
    readonly code?: unknown;
    readonly detail?: unknown;
  };
  const { code, detail } = problem;
  const message = typeof detail === 'string' ? detail : `A door of the gateway answered ${response.status}.`;
  return errorFrom({ code: typeof code === 'string' ? code : 'SUBGRAPH_UNAVAILABLE', message });
}
