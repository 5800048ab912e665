import { createHash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';
import { linkOf, type ServedFacts } from '../served-file.ts';

interface Version extends Omit<ServedFacts, 'trashedAt'> {
  readonly number: number;
  readonly sha256: string;
  readonly sizeBytes: number;
}

interface Facts {
  readonly file: {
    readonly trashedAt: ServedFacts['trashedAt'];
    readonly versions: { readonly nodes: readonly Version[] };
  } | null;
}

const factsText = `query KeptResult($id: ID!) { file(id: $id) { trashedAt
  versions(first: 100) { nodes { number sha256 sizeBytes state downloadUrl(expiresInSeconds: 900) } } } }`;
/** Quotes and separators more than double what a result may have (`mostTrackedBytes`) in no case that is one for people. */
const mostBytes = 100_000_000;

/**
 * The bytes of a result as they were kept, by this attempt (`made`) or by one before it, whose file counts: its source may have changed since. A file that a run
 * made begins with what the run kept; what people upload over it is theirs, and not told.
 * @throws CodedError NOT_FOUND when the file was removed meanwhile, FileWaits while it waits for its scan, FILE_NOT_SERVED when it is not served,
 * STATE_CONFLICT when what the run kept is no longer found in it
 */
export async function keptResult(
  { graph, download }: JobContext<unknown>,
  id: string,
  made: Buffer | undefined,
): Promise<Buffer> {
  const { file } = await graph<Facts>(factsText, { id });
  if (file === null) throw new CodedError('NOT_FOUND', 'The file of the result was removed.');
  const kept = file.versions.nodes.find(({ number }) => number === 1);
  if (kept === undefined || kept.sizeBytes > mostBytes)
    throw new CodedError(
      'STATE_CONFLICT',
      'The file of the result holds something else by now; run the job again.',
    );
  if (made !== undefined && createHash('sha256').update(made).digest('hex') === kept.sha256) return made;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await download(linkOf({ ...kept, trashedAt: file.trashedAt })))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

const discardText = `mutation DiscardResult($id: ID!) { trashFile(id: $id) { id } deleteFile(id: $id) { id } }`;

/** Removes a kept result for good, and the run's memory of it: another run of its input would keep another. */
export async function discardResult(
  { graph, saveCheckpoint }: Pick<JobContext<unknown>, 'graph' | 'saveCheckpoint'>,
  id: string,
): Promise<void> {
  await graph(discardText, { id });
  await saveCheckpoint(null);
}
