import { randomBytes } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import { absent } from './object-check.ts';
import { type ObjectDescription, type ObjectHead, type ObjectUpload, objectLimits } from './port.ts';
import { type DataKey, frameBytes, openedSize, saltBytes, sealedSize } from './sealed-frames.ts';
import { damaged } from './stored-file.ts';

/** How an object was sealed; kept in its metadata, and for an upload in its id. */
export interface Sealing {
  readonly dataKeyId: string;
  readonly salt: Buffer;
  /** Of content; undefined when the object was written at once. */
  readonly partBytes: number | undefined;
}

export function newSealing(dataKey: DataKey, partBytes?: number): Sealing {
  return { dataKeyId: dataKey.id, salt: randomBytes(saltBytes), partBytes };
}

export function framesPerPart({ partBytes }: Sealing): number | undefined {
  return partBytes === undefined ? undefined : partBytes / frameBytes;
}

/** What the store is told of an object: what the caller said, and how it was sealed. @throws CodedError BAD_USER_INPUT */
export function withSealing(
  { contentType, metadata = {} }: ObjectDescription,
  { dataKeyId, salt, partBytes }: Sealing,
): Required<ObjectDescription> {
  const own = Object.entries(metadata);
  const sizeBytes = own.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (sizeBytes > objectLimits.metadataBytes || own.some(([name]) => name.startsWith('sealed'))) {
    throw new CodedError('BAD_USER_INPUT', 'The metadata is too long, or has names of the store.', {
      details: { argument: 'metadata' },
    });
  }
  const sealing: Record<string, string> = {
    'sealed-key': dataKeyId,
    'sealed-salt': salt.toString('base64url'),
    ...(partBytes === undefined ? {} : { 'sealed-part': String(partBytes) }),
  };
  return { contentType, metadata: { ...metadata, ...sealing } };
}

/** What the caller sees of a sealed object. @throws CodedError INTERNAL when it is not sealed: no such object was written here */
export function openedHead(sealed: ObjectHead): { readonly head: ObjectHead; readonly sealing: Sealing } {
  const {
    'sealed-key': dataKeyId,
    'sealed-salt': saltText,
    'sealed-part': partText,
    ...metadata
  } = sealed.metadata;
  const salt = Buffer.from(saltText ?? '', 'base64url');
  const partBytes = partText === undefined ? undefined : Number(partText);
  const isWhole = partBytes === undefined || (partBytes > 0 && partBytes % frameBytes === 0);
  if (dataKeyId === undefined || salt.length !== saltBytes || !isWhole) throw damaged();
  const head = { ...sealed, metadata, sizeBytes: openedSize(sealed.sizeBytes) };
  return { head, sealing: { dataKeyId, salt, partBytes } };
}

/** The upload as the caller keeps it: its id carries the sealing, since a store does not give metadata back before the end. */
export function withSealedId(upload: ObjectUpload, sealing: Sealing, partBytes: number): ObjectUpload {
  const uploadId = `${sealing.dataKeyId}~${sealing.salt.toString('base64url')}~${upload.uploadId}`;
  return { ...upload, uploadId, partBytes };
}

/** Of an id of either kind. Stores have ids with `~` in them as well, and none that begins like a sealing: a key's id and a salt. */
export function storesUploadId(uploadId: string): string {
  return uploadId.replace(sealingOfId, '');
}

const saltLength = Math.ceil((saltBytes * 4) / 3);
const sealingOfId = new RegExp(`^[\\w-]+~[\\w-]{${saltLength}}~`);

/** The upload as the store knows it. @throws CodedError NOT_FOUND when the id was never given out */
export function openedUpload({ uploadId, partBytes, ...kept }: ObjectUpload): {
  readonly upload: ObjectUpload;
  readonly sealing: Sealing;
} {
  const [, dataKeyId, saltText, innerId] = /^([\w-]+)~([\w-]+)~(.+)$/s.exec(uploadId) ?? [];
  const salt = Buffer.from(saltText ?? '', 'base64url');
  if (dataKeyId === undefined || innerId === undefined || salt.length !== saltBytes) throw absent('upload');
  const upload = { ...kept, uploadId: innerId, partBytes: sealedSize(partBytes) };
  return { upload, sealing: { dataKeyId, salt, partBytes } };
}
