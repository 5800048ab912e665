/**
 * What a browser may show in place: types in which nothing runs. HTML, SVG, XML and PDF can hold scripts and are always saved; so is
 * whatever has no known type.
 */
const shownInline: ReadonlySet<string> = new Set([
  'image/png',
  'image/apng',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'text/plain',
  'audio/mpeg',
  'video/mp4',
  'video/webm',
]);

/** Pictures that are turned into variants. SVG is a program for a renderer, not a picture. */
const pictures: ReadonlySet<string> = new Set([
  'image/png',
  'image/apng',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/tiff',
]);

const tables: ReadonlySet<string> = new Set(['text/csv', 'text/tab-separated-values']);

export function mayBeInline(contentType: string): boolean {
  return shownInline.has(contentType);
}

export function isPicture(contentType: string): boolean {
  return pictures.has(contentType);
}

export function isTable(contentType: string): boolean {
  return tables.has(contentType);
}

/** Text that is previewed as it stands. It is shown as text, so markup counts. */
export function isText(contentType: string): boolean {
  return (
    contentType.startsWith('text/') ||
    ['application/json', 'application/x-ndjson', 'application/xml', 'image/svg+xml'].includes(contentType)
  );
}
