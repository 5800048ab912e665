import { CodedError } from '@tributary/runtime';
import { FileWaits } from './failure.ts';

/** What a job asks of a file to tell whether its bytes can be had: `servedFields` in its query. */
export interface ServedFacts {
  readonly state: string;
  readonly trashedAt: string | null;
  readonly downloadUrl: string | null;
}

export const servedFields = 'state trashedAt downloadUrl(expiresInSeconds: 900)';

/**
 * The link of a file, for 900 seconds.
 * @throws FileWaits while it waits for its scan, CodedError with `code` when it is in the trash or not served for good
 */
export function linkOf(
  { state, trashedAt, downloadUrl }: ServedFacts,
  code: 'FILE_NOT_SERVED' | 'STATE_CONFLICT' = 'FILE_NOT_SERVED',
): string {
  if (downloadUrl !== null) return downloadUrl;
  if (state === 'PENDING' && trashedAt === null)
    throw new FileWaits('The file waits for its scan; the run goes on when that is done.');
  throw new CodedError(
    code,
    trashedAt === null
      ? 'The file is not served: something was found in it, or nothing has looked into it.'
      : 'The file is in the trash; restore it, then run the job again.',
  );
}
