import { isUtf8 } from 'node:buffer';
import { CodedError, exactJson } from '@tributary/runtime';

/** The metadata of a file as forms and tus carry it, in JSON. @throws CodedError BAD_USER_INPUT */
export function metadataOf(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return {};
  const read = exactJson(text);
  if ('value' in read) return read.value;
  throw new CodedError('BAD_USER_INPUT', `metadata ${read.fault}.`, { details: { argument: 'metadata' } });
}

/** The values of `Upload-Metadata` are texts: read otherwise, bytes that are no UTF-8 would become other characters than the client meant. @throws CodedError BAD_USER_INPUT */
export function checkTusMetadata(header: string | undefined): void {
  for (const pair of header?.split(',') ?? []) {
    const [key = '', value = ''] = pair.trim().split(' ');
    if (!isUtf8(Buffer.from(value, 'base64')))
      throw new CodedError('BAD_USER_INPUT', `${key.slice(0, 100)} in Upload-Metadata is no text in UTF-8.`, {
        details: { argument: key.slice(0, 100) },
      });
  }
}
