import { connectionHeaders } from './connection-headers.ts';

/** Ours to say: the length of what we send, and when. */
const dropped = new Set([...connectionHeaders, 'content-length', 'date']);

/** The headers of a subgraph's answer that are the client's. The length stays where the answer is passed on as it is. */
export function passedBack(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  { keepLength }: { readonly keepLength: boolean },
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || (dropped.has(name) && !(keepLength && name === 'content-length'))) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return kept;
}
