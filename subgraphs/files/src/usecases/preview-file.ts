import { CodedError, requireStillWanted } from '@tributary/runtime';
import {
  previewedBytes,
  type TablePreview,
  type TextPreview,
  tablePreview,
  textPreview,
} from '../adapters/previews.ts';
import { beginningOf } from '../adapters/read-object.ts';
import type { FilesCore } from '../core.ts';
import type { VersionRecord } from '../domain/file.ts';
import { delimiterOf, mayBeTable, mayBeText, readText } from '../domain/read-text.ts';
import { isServed } from './download-links.ts';

const mostRows = 100;

export type FilePreview = TextPreview | TablePreview;

export interface PreviewRequest {
  readonly workspaceId: string;
  readonly version: VersionRecord;
  /** Of the file: its ending tells what is text though it is not UTF-8. */
  readonly name: string;
  readonly rows: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The beginning of a text or table, read from its first 256 KB when its turn has come.
 * @throws CodedError BAD_USER_INPUT for more than 100 rows, OVERLOADED, DEADLINE_EXCEEDED when nobody waits any more
 */
export async function previewFile(core: FilesCore, request: PreviewRequest): Promise<FilePreview | null> {
  const { workspaceId, version, name, rows, signal } = request;
  if (rows < 1 || rows > mostRows)
    throw new CodedError('BAD_USER_INPUT', `rows is 1 to ${mostRows}.`, {
      details: { argument: 'rows', limit: mostRows },
    });
  if (!isServed(core, version) || !mayBeText({ contentType: version.contentType, name })) return null;
  return core.previews.run({ who: workspaceId, signal }, () => readPreview(core, request));
}

async function readPreview(
  core: FilesCore,
  { version, name, rows, signal }: PreviewRequest,
): Promise<FilePreview | null> {
  const { contentType, objectKey, sizeBytes } = version;
  // Of bytes that are lost nothing is shown: a preview is no proof of them.
  const head = (await beginningOf(core.objects, objectKey, previewedBytes))?.bytes ?? new Uint8Array();
  requireStillWanted(signal);
  const whole = sizeBytes <= previewedBytes;
  const content = { contentType, name };
  const read = readText(head, { ...content, whole });
  if (read === undefined) return null;
  const request = { whole, rows, delimiter: delimiterOf(content), signal };
  return (mayBeTable(content) ? await tablePreview(read, request) : null) ?? textPreview(read, whole);
}
