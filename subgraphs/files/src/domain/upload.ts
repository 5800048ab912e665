import type { MetadataValue } from './file.ts';

export type UploadKind = 'TUS' | 'PUT' | 'FORM';
/** OPEN: takes bytes. WRITING: its one PUT is under way. STORED: the bytes are one object. COMPLETED: they are a file's. */
export type UploadState = 'OPEN' | 'WRITING' | 'STORED' | 'COMPLETED';

/** Bytes on their way to become a file, or a version of one. */
export interface UploadRecord {
  readonly workspaceId: string;
  readonly id: string;
  readonly kind: UploadKind;
  readonly state: UploadState;
  readonly fileId: string | null;
  readonly folderId: string | null;
  readonly name: string;
  readonly declaredType: string | null;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  /** Null where a form does not say. */
  readonly sizeBytes: number | null;
  /** Bytes that are safe in the object store. */
  readonly offsetBytes: number;
  readonly objectKey: string;
  readonly partsUpload: PartsUpload | null;
  readonly parts: readonly WrittenPart[];
  readonly tailKey: string | null;
  readonly sha256: string | null;
  readonly completedFileId: string | null;
  /** Its maker's own: an upload with it becomes the file that the first one became. */
  readonly idempotencyKey: string | null;
  readonly createdBy: string;
  readonly createdByKind: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface PartsUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly partBytes: number;
  readonly writers?: number;
}

export interface WrittenPart {
  readonly number: number;
  readonly etag: string;
}

/** What a write has made safe so far: what an upload's row is updated with. */
export type Progress = Pick<UploadRecord, 'offsetBytes' | 'partsUpload' | 'parts' | 'tailKey'>;
