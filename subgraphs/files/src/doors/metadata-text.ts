import { CodedError, exactJson } from '@tributary/runtime';

/** The metadata of a file as forms and tus carry it, in JSON. @throws CodedError BAD_USER_INPUT */
export function metadataOf(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return {};
  const read = exactJson(text);
  if ('value' in read) return read.value;
  throw new CodedError('BAD_USER_INPUT', `metadata ${read.fault}.`, { details: { argument: 'metadata' } });
}
