import type { IncomingHttpHeaders } from 'node:http';
import type { HeaderRules } from './settings-file.ts';

export type ForwardedHeaders = Readonly<Record<string, string>>;

/** The fields of a request that any subgraph gets: what is not named in a rule goes nowhere. */
export function forwardedHeaders(names: readonly string[], headers: IncomingHttpHeaders): ForwardedHeaders {
  const forwarded: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) forwarded[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return forwarded;
}

/** Makes the fields one subgraph gets, from those of the request that any gets. */
export function headersFor(
  general: HeaderRules,
  own: HeaderRules,
): (forwarded: ForwardedHeaders) => Record<string, string> {
  const names = [...new Set([...general.forward, ...own.forward])];
  const fixed = { ...general.set, ...own.set };
  return (forwarded) => {
    const headers: Record<string, string> = {};
    for (const name of names) {
      const value = forwarded[name];
      if (value !== undefined) headers[name] = value;
    }
    return Object.assign(headers, fixed);
  };
}
