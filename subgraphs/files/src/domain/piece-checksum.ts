import { CodedError } from '@tributary/runtime';

/** What a piece of an upload is checked by: `Upload-Checksum` of tus 1.0, extension Checksum. */
export const checksumAlgorithms = ['sha1', 'sha256'] as const;

export interface PieceChecksum {
  readonly algorithm: (typeof checksumAlgorithms)[number];
  readonly digest: Buffer;
}

const digestBytes = { sha1: 20, sha256: 32 } as const;

/** The checksum a header names: the algorithm and the Base64 of its digest. @throws CodedError BAD_REQUEST */
export function pieceChecksum(header: string | undefined): PieceChecksum | undefined {
  if (header === undefined) return undefined;
  const [name, text = '', ...more] = header.split(' ');
  const algorithm = checksumAlgorithms.find((known) => known === name);
  const digest = Buffer.from(text, 'base64');
  if (algorithm === undefined || more.length > 0 || digest.byteLength !== digestBytes[algorithm])
    throw new CodedError(
      'BAD_REQUEST',
      `Upload-Checksum is one of ${checksumAlgorithms.join(', ')} and the Base64 of its digest.`,
    );
  return { algorithm, digest };
}
