import { createHash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';

interface Facts {
  readonly file: { readonly sha256: string; readonly downloadUrl: string | null } | null;
}

const factsText = `query KeptResult($id: ID!) { file(id: $id) { sha256 downloadUrl } }`;

/**
 * The bytes of a result as they were kept, by this attempt (`made`) or by one before it, whose file counts: its source may have changed since.
 * @throws CodedError NOT_FOUND when the file was removed meanwhile, FILE_NOT_SERVED while it waits for its scan
 */
export async function keptResult(
  { graph, download }: JobContext<unknown>,
  id: string,
  made: Buffer | undefined,
): Promise<Buffer> {
  const { file } = await graph<Facts>(factsText, { id });
  if (file === null) throw new CodedError('NOT_FOUND', 'The file of the result was removed.');
  if (made !== undefined && createHash('sha256').update(made).digest('hex') === file.sha256) return made;
  if (file.downloadUrl === null)
    throw new CodedError('FILE_NOT_SERVED', 'The file of the result waits for its scan.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of await download(file.downloadUrl)) chunks.push(chunk);
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
