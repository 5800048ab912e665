import type { FolderContentsQuery } from '../generated/operations.ts';

export type ListedFile = FolderContentsQuery['files']['nodes'][number];
export type ListedFolder = FolderContentsQuery['folders']['nodes'][number];

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** Decimal units, as the quota is read: `1.4 MB`. */
export function readableSize(sizeBytes: number): string {
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

const kinds: Readonly<Record<string, string>> = {
  'text/csv': 'CSV table',
  'text/plain': 'Text',
  'application/json': 'JSON',
  'application/pdf': 'PDF',
  'application/zip': 'ZIP archive',
  'application/vnd.apache.parquet': 'Parquet table',
};

/** What people call it; the type itself where they have no word for it. */
export function readableType(contentType: string): string {
  const [type = ''] = contentType.split(';', 1);
  const known = kinds[type];
  if (known !== undefined) return known;
  const [family, kind = ''] = type.split('/');
  if (family === 'image') return `${kind.replace('+xml', '').toUpperCase()} picture`;
  if (family === 'video') return 'Film';
  if (family === 'audio') return 'Sound';
  return type;
}

/** Why a file is not served; undefined when it is. */
export function heldBack({ state }: Pick<ListedFile, 'state'>): string | undefined {
  if (state === 'PENDING') return 'waits for its scan';
  return state === 'QUARANTINED' ? 'in quarantine' : undefined;
}
