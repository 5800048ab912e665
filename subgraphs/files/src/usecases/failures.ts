import { CodedError } from '@tributary/runtime';

/** What a person can put right, as members of the result unions. */
export interface QuotaExceeded {
  readonly __typename: 'QuotaExceeded';
  readonly message: string;
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

export function quotaExceeded(usedBytes: number, quotaBytes: number): QuotaExceeded {
  return {
    __typename: 'QuotaExceeded',
    message: 'The workspace has no room for this; remove files for good, or ask for a larger quota.',
    usedBytes,
    quotaBytes,
  };
}

/** The same where there is no union to answer with: over HTTP. */
export function unlessOverQuota<Result extends object>(result: Result | QuotaExceeded): Result {
  if (!('__typename' in result) || result.__typename !== 'QuotaExceeded') return result as Result;
  throw overQuotaError(result as QuotaExceeded);
}

export function overQuotaError({ message, usedBytes, quotaBytes }: QuotaExceeded): CodedError {
  return new CodedError('QUOTA_EXCEEDED', message, { details: { usedBytes, quotaBytes } });
}

export const folderCycle = {
  __typename: 'FolderCycle',
  message: 'A folder cannot be moved into itself or into what lies in it.',
} as const;

export const folderNotEmpty = {
  __typename: 'FolderNotEmpty',
  message:
    'The folder holds folders or files, or files are being uploaded into it; move or remove them first, or wait until they are there.',
} as const;

export const uploadIncomplete = {
  __typename: 'UploadIncomplete',
  message: 'The bytes are not here: put them at the URL first, or ask for a new one when its time is over.',
} as const;

export function noSuchFile(): CodedError {
  return new CodedError('NOT_FOUND', 'There is no such file.');
}

export function noSuchFolder(): CodedError {
  return new CodedError('NOT_FOUND', 'There is no such folder.');
}
