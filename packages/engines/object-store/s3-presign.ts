import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { checkPresignRequest } from './object-check.ts';
import type { PresignedRequest, PresignRequest } from './port.ts';
import type { S3Bucket } from './s3-bucket.ts';

/**
 * A request the store itself answers, signed in its URL (Signature Version 4). That of a PUT binds size, hash, type and the condition that nothing is there: they are
 * headers, and the signature covers them.
 */
export async function presignS3(
  bucket: S3Bucket,
  request: PresignRequest,
  nowMs: number,
): Promise<PresignedRequest> {
  checkPresignRequest(request);
  const { client, encryption } = bucket;
  const { method, key, expiresInSeconds } = request;
  const expiresAtMs = nowMs + expiresInSeconds * 1_000;
  if (request.method === 'GET') {
    const { versionId, contentType, contentDisposition } = request;
    const command = new GetObjectCommand({
      ...bucket.at(key),
      ...(versionId === undefined ? {} : { VersionId: versionId }),
      ...(contentType === undefined ? {} : { ResponseContentType: contentType }),
      ...(contentDisposition === undefined ? {} : { ResponseContentDisposition: contentDisposition }),
    });
    const url = await getSignedUrl(client, command, { expiresIn: expiresInSeconds });
    return { method, url, headers: {}, expiresAtMs };
  }
  const checksum = Buffer.from(request.sha256, 'hex').toString('base64');
  const command = new PutObjectCommand({
    ...bucket.at(key),
    ...encryption,
    ContentLength: request.sizeBytes,
    ContentType: request.contentType,
    ChecksumSHA256: checksum,
    IfNoneMatch: '*',
  });
  const headers = {
    'content-length': String(request.sizeBytes),
    'content-type': request.contentType,
    'if-none-match': '*',
    'x-amz-checksum-sha256': checksum,
    ...(encryption.ServerSideEncryption === undefined
      ? {}
      : { 'x-amz-server-side-encryption': encryption.ServerSideEncryption }),
    ...(encryption.SSEKMSKeyId === undefined
      ? {}
      : { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.SSEKMSKeyId }),
  };
  const signed = new Set(Object.keys(headers));
  const options = { expiresIn: expiresInSeconds, signableHeaders: signed, unhoistableHeaders: signed };
  return { method, url: await getSignedUrl(client, command, options), headers, expiresAtMs };
}
