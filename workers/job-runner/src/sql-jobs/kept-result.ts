import { createHash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';
import { linkOf, type ServedFacts, servedFields } from '../served-file.ts';

interface Facts {
  readonly file: ({ readonly sha256: string } & ServedFacts) | null;
}

const factsText = `query KeptResult($id: ID!) { file(id: $id) { sha256 ${servedFields} } }`;

/**
 * The bytes of a result as they were kept, by this attempt (`made`) or by one before it, whose file counts: its source may have changed since.
 * @throws CodedError NOT_FOUND when the file was removed meanwhile, FileWaits while it waits for its scan, FILE_NOT_SERVED when it is not served
 */
export async function keptResult(
  { graph, download }: JobContext<unknown>,
  id: string,
  made: Buffer | undefined,
): Promise<Buffer> {
  const { file } = await graph<Facts>(factsText, { id });
  if (file === null) throw new CodedError('NOT_FOUND', 'The file of the result was removed.');
  if (made !== undefined && createHash('sha256').update(made).digest('hex') === file.sha256) return made;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await download(linkOf(file))) chunks.push(chunk);
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
