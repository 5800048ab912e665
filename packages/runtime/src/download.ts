import { CodedError } from './coded-error.ts';

/**
 * The bytes behind a path of the gateway's own, such as a file's download link. Never another host: what a job or a request is told to fetch may
 * come from outside.
 * @throws CodedError BAD_USER_INPUT for a path elsewhere, NOT_FOUND, SUBGRAPH_UNAVAILABLE
 */
export async function download(
  gatewayUrl: string,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const url = gatewayAddress(gatewayUrl, path);
  const response = await fetch(url, { signal, redirect: 'error' }).catch((cause: unknown) => {
    throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The file could not be fetched.', { cause });
  });
  if (response.status === 404) throw new CodedError('NOT_FOUND', 'The file is not there any more.');
  if (!response.ok || response.body === null)
    throw new CodedError('SUBGRAPH_UNAVAILABLE', `The file could not be fetched (${response.status}).`);
  return response.body;
}

/** A path of the gateway as a URL. @throws CodedError BAD_USER_INPUT for another host */
export function gatewayAddress(gatewayUrl: string, path: string): URL {
  const url = new URL(path, gatewayUrl);
  if (url.origin !== new URL(gatewayUrl).origin)
    throw new CodedError('BAD_USER_INPUT', 'Only what this installation serves is reached.');
  return url;
}
