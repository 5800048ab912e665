import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a link lets its holder fetch. */
export interface DownloadGrant {
  readonly workspaceId: string;
  readonly versionId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  readonly inline: boolean;
  /** A row that can be revoked; absent for links that live for minutes only. */
  readonly linkId?: string | undefined;
  /** A variant of the picture instead of the bytes themselves. */
  readonly variant?: string | undefined;
}

/** What an upload's URL lets its holder put. */
export interface UploadGrant {
  readonly uploadId: string;
  readonly expiresAt: number;
}

export interface LinkTokens {
  download(grant: DownloadGrant): string;
  upload(grant: UploadGrant): string;
  /** The grant of a token this installation made; undefined for any other text. Whether it has expired is for the caller to see. */
  readDownload(token: string): DownloadGrant | undefined;
  readUpload(token: string): UploadGrant | undefined;
}

const longestToken = 1_024;

/**
 * Signed grants in a URL: `<base64url JSON>.<base64url HMAC-SHA-256>`. Each purpose has a key of its own, so that a token for one
 * never passes for the other.
 */
export function createLinkTokens(secret: Uint8Array): LinkTokens {
  const keyFor = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), `tributary files ${purpose}`, 32));
  const downloads = signer(keyFor('download links'));
  const uploads = signer(keyFor('upload links'));
  return {
    download: ({ workspaceId, versionId, expiresAt, inline, linkId, variant }) =>
      downloads.sign({
        w: workspaceId,
        v: versionId,
        e: expiresAt,
        i: inline ? 1 : 0,
        l: linkId,
        x: variant,
        // What has no row is revoked by its token: no two askers may have the same one.
        n: linkId === undefined ? randomBytes(9).toString('base64url') : undefined,
      }),
    upload: ({ uploadId, expiresAt }) => uploads.sign({ u: uploadId, e: expiresAt }),
    readDownload: (token) => {
      const claims = downloads.read(token);
      if (claims === undefined) return undefined;
      return {
        workspaceId: String(claims['w']),
        versionId: String(claims['v']),
        expiresAt: Number(claims['e']),
        inline: claims['i'] === 1,
        linkId: typeof claims['l'] === 'string' ? claims['l'] : undefined,
        variant: typeof claims['x'] === 'string' ? claims['x'] : undefined,
      };
    },
    readUpload: (token) => {
      const claims = uploads.read(token);
      return claims && { uploadId: String(claims['u']), expiresAt: Number(claims['e']) };
    },
  };
}

/**
 * The id under which a token that has no row is revoked: a UUID of version 8 (RFC 9562 §5.8) from its digest, so that it need be kept
 * only once somebody revokes it.
 */
export function idOfToken(token: string): string {
  const digest = createHash('sha256').update(token).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function signer(key: Uint8Array) {
  const macOf = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    sign: (claims: Readonly<Record<string, unknown>>): string => {
      const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${text}.${macOf(text).toString('base64url')}`;
    },
    read: (token: string): Readonly<Record<string, unknown>> | undefined => {
      if (token.length > longestToken) return undefined;
      const [text = '', mac = '', ...more] = token.split('.');
      const given = Buffer.from(mac, 'base64url');
      const expected = macOf(text);
      // The text of the mac too: base64 decoders take several spellings of the same bytes.
      const isOurs =
        more.length === 0 &&
        given.byteLength === expected.byteLength &&
        timingSafeEqual(given, expected) &&
        mac === expected.toString('base64url');
      return isOurs
        ? (JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>)
        : undefined;
    },
  };
}
