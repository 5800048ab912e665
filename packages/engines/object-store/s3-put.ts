import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CodedError } from '@tributary/runtime';
import type { Chunks, PutRequest, StoredObject, WriteCondition } from './port.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { isAbsent, isRefusedRetry } from './s3-faults.ts';
import { unquoted, unversioned, uploadMetadata } from './s3-head.ts';
import { sendBody } from './s3-sending.ts';
import { verifiedBody } from './verified-body.ts';

/** A body of unknown size is gathered in pieces of it; S3 wants to know the length of each before. */
const pieceBytes = 8 * 1024 ** 2;

/** Writes a new version. */
export async function putObject(bucket: S3Bucket, request: PutRequest): Promise<StoredObject> {
  const { body, onlyIf, sizeBytes = body instanceof Uint8Array ? body.byteLength : undefined } = request;
  const token = randomBytes(16).toString('hex');
  const metadata = { ...request.metadata, [uploadMetadata]: token };
  const marked = { ...request, metadata };
  const write = async (): Promise<StoredObject> => {
    if (sizeBytes !== undefined) return putKnown(bucket, { ...marked, sizeBytes });
    const { sha256, signal } = request;
    const pieces = gathered(verifiedBody(body, { sha256, signal }));
    const first = await pieces.next();
    const whole = first.done === true ? new Uint8Array() : first.value;
    // Less than a piece is the end, and what came until then is verified.
    if (whole.byteLength < pieceBytes)
      return putKnown(bucket, { ...marked, body: whole, sizeBytes: whole.byteLength });
    return putPieces(bucket, { request: marked, first: whole, rest: pieces });
  };
  try {
    return await conditionally(onlyIf, write);
  } catch (error) {
    // The answer to the first try was lost, and what it wrote refuses the second one.
    const found = isRefusedRetry(error) ? await bucket.head(request.key) : undefined;
    if (found?.upload !== token) throw error;
    const { key, versionId, etag, sizeBytes } = found.head;
    return { key, versionId, etag, sizeBytes };
  }
}

/** Headers of a conditional write (RFC 9110 §13.1). */
export function conditionOf(onlyIf: WriteCondition | undefined) {
  if (onlyIf === undefined) return {};
  return onlyIf === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: `"${onlyIf.etag}"` };
}

/** A condition on an object that is not there answers as absent; the port calls it a condition that failed. */
export async function conditionally<Answer>(
  onlyIf: WriteCondition | undefined,
  write: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await write();
  } catch (cause) {
    const isOnEtag = onlyIf !== undefined && onlyIf !== 'absent';
    if (!isOnEtag || !isAbsent(cause) || (cause as Error).name === 'NoSuchUpload') throw cause;
    throw new CodedError('PRECONDITION_FAILED', 'There is no object with that etag.', { cause });
  }
}

async function putKnown(
  bucket: S3Bucket,
  request: PutRequest & { readonly sizeBytes: number },
): Promise<StoredObject> {
  const { key, body, contentType, metadata, sizeBytes, sha256, onlyIf, signal } = request;
  const { ETag, VersionId } = await sendBody({
    body,
    announced: { sizeBytes, sha256, signal },
    bucket,
    send: (sent, options) =>
      bucket.client.send(
        new PutObjectCommand({
          ...bucket.at(key),
          ...bucket.encryption,
          ...conditionOf(onlyIf),
          ...sent,
          ContentType: contentType,
          Metadata: { ...metadata },
        }),
        options,
      ),
  });
  return { key, versionId: VersionId ?? unversioned, etag: unquoted(ETag), sizeBytes };
}

interface InPieces {
  readonly request: PutRequest;
  readonly first: Uint8Array;
  readonly rest: AsyncIterable<Uint8Array>;
}

async function putPieces(bucket: S3Bucket, { request, first, rest }: InPieces): Promise<StoredObject> {
  const { key, contentType, metadata, onlyIf, signal } = request;
  const options = signal === undefined ? {} : { abortSignal: signal };
  const at = bucket.at(key);
  const { UploadId } = await bucket.client.send(
    new CreateMultipartUploadCommand({
      ...at,
      ...bucket.encryption,
      ContentType: contentType,
      Metadata: { ...metadata },
    }),
    options,
  );
  try {
    const Parts: CompletedPart[] = [];
    let sizeBytes = 0;
    const put = async (Body: Uint8Array): Promise<void> => {
      const PartNumber = Parts.length + 1;
      const part = new UploadPartCommand({
        ...at,
        UploadId,
        PartNumber,
        Body,
        ContentLength: Body.byteLength,
      });
      const timeLimit = bucket.timeLimit(Body.byteLength);
      const { ETag } = await bucket.client.send(part, { ...options, ...timeLimit });
      Parts.push({ ETag, PartNumber });
      sizeBytes += Body.byteLength;
    };
    await put(first);
    for await (const piece of rest) await put(piece);
    const { ETag, VersionId } = await bucket.client.send(
      new CompleteMultipartUploadCommand({
        ...at,
        ...conditionOf(onlyIf),
        UploadId,
        MultipartUpload: { Parts },
      }),
      { ...options, ...bucket.patience },
    );
    return { key, versionId: VersionId ?? unversioned, etag: unquoted(ETag), sizeBytes };
  } catch (error) {
    await bucket.client.send(new AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined);
    throw signal?.aborted === true ? signal.reason : error;
  }
}

/** The same bytes in pieces of one size, the last as it comes. */
async function* gathered(chunks: Chunks): AsyncGenerator<Uint8Array, void> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (let chunk of chunks) {
    while (heldBytes + chunk.byteLength >= pieceBytes) {
      const missing = pieceBytes - heldBytes;
      yield Buffer.concat([...held, chunk.subarray(0, missing)]);
      [held, heldBytes] = [[], 0];
      chunk = chunk.subarray(missing);
    }
    // A copy: who sends a chunk may use its memory again.
    held.push(Uint8Array.from(chunk));
    heldBytes += chunk.byteLength;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}
