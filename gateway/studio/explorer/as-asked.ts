import type { Fetcher } from '@graphiql/toolkit';

/**
 * Asks with the headers that are written in the editor. A socket has those it was opened with, and the page's is the session's: where some are written, what is asked goes over one of its own, which is
 * open while a subscription of it is.
 */
export function asAsked(
  own: Fetcher,
  withHeaders: (headers: Readonly<Record<string, string>>) => Fetcher,
): Fetcher {
  return (params, options) => {
    const written = Object.entries(options?.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]);
    return (written.length === 0 ? own : withHeaders(Object.fromEntries(written)))(params, options);
  };
}
