import { type FileHandle, open, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { CodedError } from '@tributary/runtime';
import { areHere, type ObjectBody, type OnTaken } from './port.ts';
import { type Announced, verifiedBody } from './verified-body.ts';

/**
 * A file of the store: a header of fixed length, then bytes. It is complete before it gets the name under which it is found.
 *   header = "tributary-object 1 " crc32(json, 8 hex digits) "\n" json spaces        8,192 bytes
 */
export const headerBytes = 8_192;
const magic = 'tributary-object 1';
/** Bytes are collected to this much before they are written: a write costs a turn through the thread pool. */
const batchBytes = 1_048_576;

/** The length and the CRC-32 of what follows the header. */
export interface WrittenBytes {
  readonly sizeBytes: number;
  readonly crc32: number;
}

export interface DraftRequest<Header extends WrittenBytes> extends Announced {
  readonly path: string;
  readonly body: ObjectBody;
  readonly header: (written: WrittenBytes) => Header;
  readonly onTaken?: OnTaken | undefined;
}

/** Writes a new file, durable when it answers; of one that fails nothing stays. */
export async function writeStoredFile<Header extends WrittenBytes>(
  request: DraftRequest<Header>,
): Promise<Header> {
  const { path, header: headerOf, ...written } = request;
  const file = await open(path, 'wx', 0o600);
  try {
    const header = headerOf(await writeBody(file, written));
    await writeAll(file, [encodeHeader(header)], 0);
    await file.sync();
    await file.close();
    return header;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** Opens a file and reads its header; whoever asked closes it. */
export async function openStoredFile<Header extends WrittenBytes>(
  path: string,
): Promise<{ readonly file: FileHandle; readonly header: Header }> {
  const file = await open(path, 'r');
  try {
    return { file, header: await readHeader<Header>(file) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What `writeStoredFile` wrote, and its checksum proves; anything else is damage. */
async function readHeader<Header>(file: FileHandle): Promise<Header> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(headerBytes), 0, headerBytes, 0);
  const text = buffer.toString('utf8', 0, bytesRead);
  const json = text.slice(text.indexOf('\n') + 1).trimEnd();
  if (bytesRead !== headerBytes || !text.startsWith(firstLine(json))) throw damaged();
  return JSON.parse(json) as Header;
}

export function damaged(cause?: unknown): CodedError {
  return new CodedError('INTERNAL', 'Stored bytes are damaged.', cause === undefined ? {} : { cause });
}

export function isDamage(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'INTERNAL';
}

async function writeBody(
  file: FileHandle,
  { body, onTaken, ...announced }: Omit<DraftRequest<WrittenBytes>, 'path' | 'header'>,
): Promise<WrittenBytes> {
  let sizeBytes = 0;
  let checksum = 0;
  let batch: Uint8Array[] = [];
  let batched = 0;
  let writing: Promise<void> = Promise.resolve();
  const fillsBatch = (chunk: Uint8Array): boolean => {
    checksum = crc32(chunk, checksum);
    sizeBytes += chunk.byteLength;
    batched += chunk.byteLength;
    batch.push(chunk);
    return batched >= batchBytes;
  };
  const flush = async (): Promise<void> => {
    await writing;
    const chunks = batch;
    writing = writeAll(file, chunks, headerBytes + sizeBytes - batched).then(() => onTaken?.(chunks));
    // It may fail while the next chunk is awaited; whoever awaits `writing` hears of it.
    writing.catch(() => undefined);
    batch = [];
    batched = 0;
  };
  try {
    const chunks = verifiedBody(body, announced);
    if (areHere(chunks)) {
      for (const chunk of chunks) if (fillsBatch(chunk)) await flush();
    } else {
      for await (const chunk of chunks) if (fillsBatch(chunk)) await flush();
    }
    await flush();
    await writing;
  } finally {
    await writing.catch(() => undefined);
  }
  return { sizeBytes, crc32: checksum };
}

/** A file system may take less than it was given, and says why only the next time. */
async function writeAll(file: FileHandle, buffers: readonly Uint8Array[], position: number): Promise<void> {
  let left = buffers.filter(({ byteLength }) => byteLength > 0);
  let at = position;
  while (left.length > 0) {
    const { bytesWritten } = await file.writev(left, at);
    at += bytesWritten;
    left = without(left, bytesWritten);
  }
}

function without(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  let skipped = count;
  return buffers.flatMap((buffer) => {
    const cut = Math.min(skipped, buffer.byteLength);
    skipped -= cut;
    return cut === buffer.byteLength ? [] : [buffer.subarray(cut)];
  });
}

function encodeHeader(header: unknown): Uint8Array {
  const json = JSON.stringify(header);
  const text = firstLine(json) + json;
  if (Buffer.byteLength(text) > headerBytes) throw new RangeError('the header does not fit');
  return Buffer.alloc(headerBytes, ' ').fill(text, 0, Buffer.byteLength(text));
}

function firstLine(json: string): string {
  return `${magic} ${crc32(json).toString(16).padStart(8, '0')}\n`;
}
