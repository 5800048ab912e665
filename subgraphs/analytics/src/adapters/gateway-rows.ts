import { CodedError, isErrorCode } from '@tributary/runtime';
import { assertionHeader } from '@tributary/subgraph-kit';

/** The rows of a model as JSON Lines, as the caller may read them. @throws CodedError FORBIDDEN, SUBGRAPH_UNAVAILABLE, what the data subgraph says */
export type ModelRows = (
  typeName: string,
  call: { readonly assertion: string; readonly signal: AbortSignal },
) => AsyncIterable<Uint8Array>;

/** Models are the data subgraph's: their rows come through the gateway, with the caller's own assertion. `gatewayUrl` is asked when one is needed. */
export function gatewayRows(gatewayUrl: () => string): ModelRows {
  return async function* (typeName, { assertion, signal }) {
    const url = new URL(`/data/rows/${encodeURIComponent(typeName)}`, gatewayUrl());
    const headers = { [assertionHeader]: assertion };
    const response = await fetch(url, { headers, signal, redirect: 'error' }).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The rows of a model could not be read.', { cause });
    });
    if (!response.ok) throw await refused(response);
    if (response.body !== null) yield* response.body;
  };
}

async function refused(response: Response): Promise<CodedError> {
  const { code, detail } = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  return new CodedError(
    isErrorCode(code) ? code : 'SUBGRAPH_UNAVAILABLE',
    typeof detail === 'string' ? detail : 'The rows of a model could not be read.',
  );
}
