import { CodedError } from '@tributary/runtime';
import { utf8Media } from '@tributary/subgraph-kit';

/** @throws CodedError NOT_ACCEPTABLE when the Accept header (RFC 9110 §12.5.1) leaves no room for any of `offered`. */
export function assertAcceptable(accept: string | undefined, offered: readonly string[]): void {
  if (accept === undefined || accept.trim() === '') return;
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, refused: weight !== undefined && Number(weight.slice(2)) === 0 };
  });
  const accepted = offered.some((type) => {
    const candidates = [type, `${type.split('/')[0]}/*`, '*/*'];
    // The most specific range that speaks of the type decides.
    const range = candidates
      .map((candidate) => ranges.find((each) => each.type === candidate))
      .find((each) => each !== undefined);
    return range !== undefined && !range.refused;
  });
  if (!accepted) throw new CodedError('NOT_ACCEPTABLE', `This answers ${offered.join(', ')}.`);
}

/** Whether a body is of this type. */
export function isMedia(headers: Readonly<Record<string, string>>, type: string): boolean {
  return utf8Media(headers['content-type'] ?? '') === type;
}

/** @throws CodedError UNSUPPORTED_MEDIA_TYPE unless the body is plain, uncompressed JSON in UTF-8. */
export function assertJsonBody(headers: Readonly<Record<string, string>>, allowed: readonly string[]): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'Bodies are taken uncompressed.');
  }
  const type = utf8Media(headers['content-type'] ?? '');
  if (type === undefined || !allowed.includes(type))
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', `This takes ${allowed.join(' or ')} in UTF-8.`);
}
