import { CodedError } from '@tributary/runtime';
import {
  previewedBytes,
  type TablePreview,
  type TextPreview,
  tablePreview,
  textPreview,
} from '../adapters/previews.ts';
import { headOf } from '../adapters/read-object.ts';
import type { FilesCore } from '../core.ts';
import { isTable, isText } from '../domain/content-kinds.ts';
import type { VersionRecord } from '../domain/file.ts';
import { isServed } from './download-links.ts';

const mostRows = 100;

/** The beginning of a text or table, read from its first 256 KB. @throws CodedError BAD_USER_INPUT for more than 100 rows */
export async function previewFile(
  core: FilesCore,
  version: VersionRecord,
  rows: number,
): Promise<TextPreview | TablePreview | null> {
  if (rows < 1 || rows > mostRows)
    throw new CodedError('BAD_USER_INPUT', `rows is 1 to ${mostRows}.`, {
      details: { argument: 'rows', limit: mostRows },
    });
  const { contentType, objectKey, sizeBytes } = version;
  if (!isServed(core, version) || !isText(contentType)) return null;
  const head = await headOf(core.objects, objectKey, previewedBytes);
  const whole = sizeBytes <= previewedBytes;
  const delimiter = contentType === 'text/csv' ? ',' : '\t';
  const table = isTable(contentType) ? tablePreview(head, { whole, rows, delimiter }) : null;
  return table ?? textPreview(head, whole);
}
