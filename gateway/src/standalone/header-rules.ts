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

/** Makes the fields one subgraph gets, names and values in turn: from those of the request that any gets, and those it gets always. */
export function headersFor(
  general: HeaderRules,
  own: HeaderRules,
  always: ForwardedHeaders,
): (forwarded: ForwardedHeaders) => readonly string[] {
  const set = { ...general.set, ...own.set, ...always };
  const names = [...new Set([...general.forward, ...own.forward])].filter(
    (name) => !Object.hasOwn(set, name),
  );
  const fixed = Object.entries(set).flat();
  if (names.length === 0) return () => fixed;
  return (forwarded) => {
    const headers = [...fixed];
    for (const name of names) {
      const value = forwarded[name];
      if (value !== undefined) headers.push(name, value);
    }
    return headers;
  };
}
