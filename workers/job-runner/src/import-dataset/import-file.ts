import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';
import { linkOf, type ServedFacts, servedFields } from '../served-file.ts';
import type { ImportInput } from './import-input.ts';

interface FileFacts {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface ImportFile extends FileFacts {
  readonly format: 'csv' | 'json' | 'jsonl' | 'parquet';
  /** Between the cells of a CSV; undefined where its first lines tell. */
  readonly delimiter: string | undefined;
  /** Through a link of its own: the first reading may take longer than one lasts. @throws CodedError CONTENT_MISMATCH when they are others by now */
  bytes(): Promise<AsyncIterable<Uint8Array>>;
}

const fileQuery = `query ImportFile($id: ID!) { file(id: $id) { name sizeBytes sha256 ${servedFields} } }`;

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
 * @throws CodedError NOT_FOUND, STATE_CONFLICT when it is not served, FileWaits until it is scanned, BAD_USER_INPUT for a format that is not known
 */
export async function importFile(
  job: Pick<JobContext<ImportInput>, 'input' | 'graph' | 'download'>,
): Promise<ImportFile> {
  const { file: id, format } = job.input;
  const served = async (): Promise<FileFacts & { readonly link: string }> => {
    const { file } = await job.graph<{ file: (FileFacts & ServedFacts) | null }>(fileQuery, { id });
    if (file === null) throw new CodedError('NOT_FOUND', 'There is no such file.');
    const { name, sizeBytes, sha256 } = file;
    return { name, sizeBytes, sha256, link: linkOf(file, 'STATE_CONFLICT') };
  };
  const { link: _first, ...file } = await served();
  const extension = file.name.toLowerCase().split('.').at(-1) ?? '';
  const known = format ?? (Object.hasOwn(formats, extension) ? formats[extension] : undefined);
  if (known === undefined)
    throw new CodedError(
      'BAD_USER_INPUT',
      'The name of the file does not say its format; give csv, json, jsonl or parquet.',
    );
  const delimiter = job.input.delimiter ?? (extension === 'tsv' ? '\t' : undefined);
  const bytes = async (): Promise<AsyncIterable<Uint8Array>> => {
    const { sha256, link } = await served();
    if (sha256 !== file.sha256)
      throw new CodedError(
        'CONTENT_MISMATCH',
        'The file was given other bytes while it was read; the import begins anew with these.',
      );
    return job.download(link);
  };
  return { ...file, format: known, delimiter, bytes };
}
