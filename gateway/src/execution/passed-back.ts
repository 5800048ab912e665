/** Headers that belong to one connection (RFC 9110 §7.6.1) and so are not passed on. */
const perConnection = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'content-length',
  'date',
]);

/** The headers of a subgraph's answer that are the client's. The length stays where the answer is passed on as it is. */
export function passedBack(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  { keepLength }: { readonly keepLength: boolean },
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || (perConnection.has(name) && !(keepLength && name === 'content-length')))
      continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return kept;
}
