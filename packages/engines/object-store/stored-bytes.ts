import type { FileHandle } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { hasCode } from '../durable-files.ts';
import { withFaultsTold } from './embedded-refusals.ts';
import { absent } from './object-check.ts';
import { damaged, headerBytes, openStoredFile, type WrittenBytes } from './stored-file.ts';

/** A file whose header was read. */
export interface OpenStoredFile {
  readonly file: FileHandle;
  readonly header: WrittenBytes;
}

/** Some bytes of one file of the store, by its path, or open: it is closed after them then. */
export interface StoredBytes {
  readonly from: string | OpenStoredFile;
  /** From the first byte after the header. */
  readonly firstByte: number;
  readonly lengthBytes: number;
}

const pieceBytes = 262_144;

/** The bytes as a stream that holds one file at a time, and none when it has ended or is destroyed. */
export function streamStored(parts: readonly StoredBytes[], signal?: AbortSignal): Readable {
  const source = new StoredSource(parts);
  const stream = new Readable({
    highWaterMark: pieceBytes,
    read(): void {
      withFaultsTold(() => source.next()).then(
        (piece) => this.push(piece),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, done): void {
      source.close().then(
        () => done(error),
        (fault: Error) => done(error ?? fault),
      );
    },
  });
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

class StoredSource {
  readonly #parts: readonly StoredBytes[];
  #index = 0;
  #current: PartReader | undefined;
  #closed = false;

  constructor(parts: readonly StoredBytes[]) {
    this.#parts = parts;
  }

  /** The next piece, null at the end. */
  async next(): Promise<Buffer | null> {
    for (;;) {
      const part = this.#parts[this.#index];
      if (part === undefined) return null;
      if (this.#current === undefined) {
        const open = typeof part.from === 'string' ? await openStored(part.from) : part.from;
        this.#current = new PartReader(open, part);
        // Destroyed while the file was being opened: nobody else will close it.
        if (this.#closed) await open.file.close();
      }
      const piece = await this.#current.next();
      if (piece !== null) return piece;
      await this.#current.close();
      this.#current = undefined;
      this.#index += 1;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const unread = this.#parts[this.#index]?.from;
    if (this.#current !== undefined) await this.#current.close();
    else if (typeof unread === 'object') await unread.file.close();
  }
}

/** Reads bytes of one file; those read from the first to the last are checked against their CRC, so that rot does not pass for content. */
class PartReader {
  readonly #file: FileHandle;
  readonly #whole: WrittenBytes | undefined;
  #position: number;
  #left: number;
  #crc32 = 0;

  constructor({ file, header }: OpenStoredFile, { firstByte, lengthBytes }: StoredBytes) {
    this.#file = file;
    this.#position = headerBytes + firstByte;
    this.#left = lengthBytes;
    this.#whole = firstByte === 0 && lengthBytes === header.sizeBytes ? header : undefined;
  }

  async next(): Promise<Buffer | null> {
    if (this.#left === 0) {
      if (this.#whole !== undefined && this.#whole.crc32 !== this.#crc32) throw damaged();
      return null;
    }
    const wanted = Math.min(pieceBytes, this.#left);
    const { buffer, bytesRead } = await this.#file.read(
      Buffer.allocUnsafe(wanted),
      0,
      wanted,
      this.#position,
    );
    if (bytesRead === 0) throw damaged();
    const piece = buffer.subarray(0, bytesRead);
    this.#position += bytesRead;
    this.#left -= bytesRead;
    if (this.#whole !== undefined) this.#crc32 = crc32(piece, this.#crc32);
    return piece;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function openStored(path: string): Promise<OpenStoredFile> {
  try {
    return await openStoredFile(path);
  } catch (error) {
    // The object was deleted while it was being read, and this part of it was not open yet.
    throw hasCode(error, 'ENOENT') ? absent() : error;
  }
}
