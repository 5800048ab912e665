import { addAbortSignal, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CodedError, isId, type Turn, type Turns } from '@tributary/runtime';
import type { StreamDoorRequest, StreamDoorResponse } from '@tributary/subgraph-kit';
import contentDisposition from 'content-disposition';
import type { DownloadGrant } from '../adapters/link-tokens.ts';
import { type ServedVersion, servedVersion } from '../adapters/served-version.ts';
import type { FilesCore } from '../core.ts';
import { askedRange, namesTag, namesTagStrongly } from '../domain/byte-range.ts';
import { mayBeInline } from '../domain/content-kinds.ts';
import { specOf } from '../domain/variant-spec.ts';
import { isServed } from '../usecases/download-links.ts';
import { keptVariant, madeVariant, type UnkeptVariant } from '../usecases/picture-variant.ts';
import { type DoorParts, requireMethod } from './request-principal.ts';

/**
 * What a link lets its holder fetch: whole or one range (RFC 9110 §14), 304 for what they have already. Whatever the bytes are, the
 * browser takes them for nothing else, runs nothing in them, and saves them unless their type is known to be harmless in place.
 */
export async function downloadAnswer(
  { core }: DoorParts,
  request: StreamDoorRequest,
  token: string,
): Promise<StreamDoorResponse> {
  requireMethod(request, ['GET', 'HEAD']);
  const { grant, version } = await granted(core, token);
  if (!isServed(core, version))
    throw new CodedError('FILE_NOT_SERVED', 'The file waits for its scan, or something was found in it.', {
      details: { state: version.state, scan: version.scan },
    });
  return grant.variant === undefined
    ? contentAnswer(core, request, { grant, version })
    : variantAnswer(core, request, { grant, version });
}

interface Granted {
  readonly grant: DownloadGrant;
  readonly version: ServedVersion;
}

/** A link that was never made, is over, was revoked, or leads to the trash answers the same. */
async function granted(core: FilesCore, token: string): Promise<Granted> {
  const grant = core.tokens.readDownload(token);
  const isInTime = grant !== undefined && grant.expiresAt * 1_000 > core.clock.now();
  const version =
    isInTime && isId(grant.versionId) && isId(grant.workspaceId)
      ? await servedVersion(core.relational, { grant, token }, new Date(core.clock.now()))
      : undefined;
  if (grant === undefined || version === undefined)
    throw new CodedError('NOT_FOUND', 'This link does not work, or no longer.');
  return { grant, version };
}

async function contentAnswer(
  core: FilesCore,
  { method, headers, signal }: StreamDoorRequest,
  { grant, version }: Granted,
): Promise<StreamDoorResponse> {
  const { sizeBytes, contentType, sha256, objectKey } = version;
  const etag = `"${sha256}"`;
  const shown = headersOf({ grant, contentType, name: version.name, etag });
  if (isKnown(headers, etag)) return { status: 304, headers: shown, body: '' };
  // Only GET has ranges (RFC 9110 §14.2). If-Range wants a strong tag (RFC 9110 §13.1.5); a date is never one of ours.
  const ifRange = headers['if-range'];
  const range =
    method === 'GET' && (ifRange === undefined || ifRange === etag)
      ? askedRange(headers['range'], sizeBytes)
      : undefined;
  if (range === 'unsatisfiable')
    return { status: 416, headers: { ...shown, 'content-range': `bytes */${sizeBytes}` }, body: '' };
  const length = range === undefined ? sizeBytes : range.lastByte - range.firstByte + 1;
  const answer = {
    status: range === undefined ? 200 : 206,
    headers: {
      ...shown,
      'accept-ranges': 'bytes',
      'content-length': String(length),
      ...(range === undefined
        ? {}
        : { 'content-range': `bytes ${range.firstByte}-${range.lastByte}/${sizeBytes}` }),
    },
  };
  if (method === 'HEAD' || length === 0) return { ...answer, body: '' };
  return { ...answer, body: await bodyOf(core, { who: grant.workspaceId, objectKey, range, signal }) };
}

/** Whether the client has these bytes. @throws CodedError PRECONDITION_FAILED when it wants others only, which counts before all else (RFC 9110 §13.2.2) */
function isKnown(headers: StreamDoorRequest['headers'], etag: string): boolean {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !namesTagStrongly(ifMatch, etag))
    throw new CodedError('PRECONDITION_FAILED', 'The file does not have the ETag named in If-Match.');
  return namesTag(headers['if-none-match'], etag);
}

interface BodyRequest {
  readonly who: string;
  readonly objectKey: string;
  readonly range: { readonly firstByte: number; readonly lastByte: number } | undefined;
  readonly signal: AbortSignal;
}

/** @throws CodedError OVERLOADED */
async function bodyOf(
  { downloads, objects }: FilesCore,
  { who, objectKey, range, signal }: BodyRequest,
): Promise<Readable> {
  const { body } = await whileRead(downloads, { who, signal }, () =>
    objects.get({ key: objectKey, range, signal }),
  );
  return body;
}

/** Answers as soon as it is open; its turn lasts until its body, if it has one, ends. */
function whileRead<Opened extends object>(
  turns: Turns,
  turn: Turn,
  open: () => Promise<Opened & { readonly body?: Readable | undefined }>,
): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const reading = turns.run(turn, async () => {
      const opened = await open();
      resolve(opened);
      // Whoever has the body hears of its faults from itself.
      if (opened.body !== undefined) await finished(opened.body).catch(() => undefined);
    });
    reading.catch(reject);
  });
}

async function variantAnswer(
  core: FilesCore,
  { method, headers, signal }: StreamDoorRequest,
  { grant, version }: Granted,
): Promise<StreamDoorResponse> {
  const spec = specOf(grant.variant ?? '');
  if (spec === undefined) throw new CodedError('NOT_FOUND', 'This link does not work, or no longer.');
  const etag = `"${version.sha256}-${grant.variant}"`;
  const name = `${version.name.replace(/\.[^.]{1,8}$/, '')}.${spec.format.toLowerCase()}`;
  const contentType = `image/${spec.format.toLowerCase()}`;
  const shown = headersOf({ grant, contentType, name, etag });
  if (isKnown(headers, etag)) return { status: 304, headers: shown, body: '' };
  const who = grant.workspaceId;
  const asked = { workspaceId: who, version, spec, signal };
  const variant =
    (await keptVariant(core, asked)) ??
    (await whileRead(core.variants, { who, signal }, async () => {
      const made = await madeVariant(core, asked);
      return 'bytes' in made
        ? { ...made, body: method === 'HEAD' ? undefined : inPieces(made, signal) }
        : made;
    }));
  const answer = { status: 200, headers: { ...shown, 'content-length': String(variant.sizeBytes) } };
  if (!('objectKey' in variant)) return { ...answer, body: variant.body ?? '' };
  const { objectKey } = variant;
  if (method === 'HEAD') return { ...answer, body: '' };
  return { ...answer, body: await bodyOf(core, { who, objectKey, range: undefined, signal }) };
}

const pieceBytes = 65_536;

/** So that it ends when its reader has all but the last of it. */
function inPieces({ bytes }: UnkeptVariant, signal: AbortSignal): Readable {
  return addAbortSignal(signal, Readable.from(piecesOf(bytes)));
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

interface Shown {
  readonly grant: DownloadGrant;
  readonly contentType: string;
  readonly name: string;
  readonly etag: string;
}

function headersOf({ grant, contentType, name, etag }: Shown): Record<string, string> {
  const inline = grant.inline && mayBeInline(contentType);
  const isText = contentType.startsWith('text/');
  return {
    'content-type': isText ? `${contentType}; charset=utf-8` : contentType,
    'content-disposition': contentDisposition(name, { type: inline ? 'inline' : 'attachment' }),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    // Links are shown by pages of other origins; whoever has one may fetch it anyway.
    'cross-origin-resource-policy': 'cross-origin',
    // A link may be revoked, so whoever keeps the bytes asks each time whether they still may show them.
    'cache-control': 'private, no-cache',
    etag,
  };
}
