export interface AskedRange {
  readonly firstByte: number;
  readonly lastByte: number;
}

/**
 * The one range a Range header asks for (RFC 9110 §14.2). Undefined: the whole is answered, also for units that are not bytes, for text
 * that is no range, and for several ranges at once, which a server may ignore and a client can ask for one by one.
 * `unsatisfiable` when it begins beyond the end.
 */
export function askedRange(
  header: string | undefined,
  sizeBytes: number,
): AskedRange | 'unsatisfiable' | undefined {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffix = Number(last);
    if (suffix === 0 || sizeBytes === 0) return 'unsatisfiable';
    return { firstByte: Math.max(0, sizeBytes - suffix), lastByte: sizeBytes - 1 };
  }
  const firstByte = Number(first);
  const lastByte = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < firstByte) return undefined;
  return firstByte >= sizeBytes ? 'unsatisfiable' : { firstByte, lastByte };
}

/** Whether a list of entity tags (RFC 9110 §13.1.2, weak comparison) names this strong one. */
export function namesTag(header: string | undefined, tag: string): boolean {
  return header !== undefined && namesTagStrongly(header.replaceAll(/W\/(?=")/g, ''), tag);
}

/** The same by strong comparison (RFC 9110 §13.1.1): a weak tag names nothing. */
export function namesTagStrongly(header: string, tag: string): boolean {
  return header.trim() === '*' || header.split(',').some((entry) => entry.trim() === tag);
}
