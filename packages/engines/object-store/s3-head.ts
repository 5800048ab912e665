import { CodedError } from '@tributary/runtime';
import type { ObjectHead } from './port.ts';

/** In metadata of objects that were uploaded in parts: which upload made them. Not shown to callers. */
export const uploadMetadata = 'tributary-upload';

/** How S3 calls what was written while a bucket kept no versions. Some stores, MinIO among them, name it so where they are asked, and say nothing of it in their answers. */
export const unversioned = 'null';

/** Ids of AWS and of MinIO; anything else was never given out. */
export function isVersionId(versionId: string): boolean {
  return /^[\w.-]{1,1024}$/.test(versionId);
}

export interface AnsweredHead {
  readonly VersionId?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly ContentType?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly sizeBytes: number | undefined;
}

export function headOf(key: string, answer: AnsweredHead): ObjectHead {
  const { VersionId, ETag, LastModified, ContentType, Metadata = {}, sizeBytes } = answer;
  if (ETag === undefined || sizeBytes === undefined)
    throw new CodedError('ENGINE_UNAVAILABLE', 'The object store answers as none does.', {
      details: { engine: 's3' },
    });
  return {
    key,
    versionId: VersionId ?? unversioned,
    etag: unquoted(ETag),
    sizeBytes,
    contentType: ContentType ?? 'application/octet-stream',
    metadata: Object.fromEntries(Object.entries(Metadata).filter(([name]) => name !== uploadMetadata)),
    lastModifiedMs: LastModified?.getTime() ?? 0,
  };
}

export function unquoted(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}
