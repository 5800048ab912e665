import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';
import type { ImportInput } from './import-input.ts';

interface FileFacts {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly downloadUrl: string | null;
}

export interface ImportFile extends FileFacts {
  readonly format: 'csv' | 'json' | 'jsonl' | 'parquet';
  /** Between the cells of a CSV; undefined where its first lines tell. */
  readonly delimiter: string | undefined;
  bytes(): Promise<AsyncIterable<Uint8Array>>;
}

const fileQuery = `query ImportFile($id: ID!) { file(id: $id) { name sizeBytes sha256 downloadUrl(expiresInSeconds: 900) } }`;

const formats: Readonly<Record<string, ImportFile['format']>> = {
  csv: 'csv',
  tsv: 'csv',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
};

/**
 * The file as whoever enqueued the run may see it, through the graph and its own download link.
 * @throws CodedError NOT_FOUND, STATE_CONFLICT while it is not served, BAD_USER_INPUT for a format that is not known
 */
export async function importFile(job: JobContext<ImportInput>): Promise<ImportFile> {
  const { file: id, format } = job.input;
  const { file } = await job.graph<{ file: FileFacts | null }>(fileQuery, { id });
  if (file === null) throw new CodedError('NOT_FOUND', 'There is no such file.');
  const { downloadUrl } = file;
  if (downloadUrl === null)
    throw new CodedError('STATE_CONFLICT', 'The file is in the trash, or not served yet.');
  const extension = file.name.toLowerCase().split('.').at(-1) ?? '';
  const known = format ?? (Object.hasOwn(formats, extension) ? formats[extension] : undefined);
  if (known === undefined)
    throw new CodedError(
      'BAD_USER_INPUT',
      'The name of the file does not say its format; give csv, json, jsonl or parquet.',
    );
  const delimiter = job.input.delimiter ?? (extension === 'tsv' ? '\t' : undefined);
  return { ...file, format: known, delimiter, bytes: () => job.download(downloadUrl) };
}
