import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { interruptible } from '@tributary/engines/interruptible';
import { CodedError, Turns } from '@tributary/runtime';
import type { VariantSpec } from '../domain/variant-spec.ts';
import { PictureLost, PictureProcess } from './picture-process.ts';

export interface VariantRequest {
  /** Opened when it is its turn: what waits in line holds no file. */
  readonly source: () => Promise<Readable>;
  readonly spec: VariantSpec;
  readonly workspaceId: string;
  /** Aborted when whoever asked went away: what is made for nobody ends. */
  readonly signal?: AbortSignal | undefined;
}

export interface Pictures {
  /**
   * The picture in another size and format, without its metadata (places, names) and turned as its camera says.
   * @throws CodedError PICTURE_REFUSED for what cannot be read as a picture, or is too large, OVERLOADED also when it takes too long, ENGINE_UNAVAILABLE, DEADLINE_EXCEEDED when nobody waits any more
   */
  variant(request: VariantRequest): Promise<Buffer>;
}

/** Each holds a decoded picture, 200 MB at most, and a core. */
const pictureTurns = { tooMany: 'Too many pictures', atOnce: 2, each: 1, waiting: 32 } as const;
/** A process takes a third of a second to start, and memory while it is there. */
const idleMs = 30_000;
/** Then its memory is given back, whatever decoders keep of it. */
const mostPictures = 20;

const mediaTypes = { WEBP: 'image/webp', AVIF: 'image/avif', JPEG: 'image/jpeg', PNG: 'image/png' } as const;

export function variantType(format: VariantSpec['format']): string {
  return mediaTypes[format];
}

/**
 * Makes pictures in processes apart, one in each: decoders read what users bring, and the only thing that stops an encoder is the end of its process.
 * One process stays for a while.
 */
export function createPictures(limitMs = 10_000): Pictures {
  const turns = new Turns(pictureTurns);
  let idle: { readonly process: PictureProcess; readonly timer: NodeJS.Timeout } | undefined;
  const taken = async (signal: AbortSignal | undefined): Promise<PictureProcess> => {
    const known = idle;
    idle = undefined;
    clearTimeout(known?.timer);
    return known === undefined || known.process.isLost ? PictureProcess.start(signal) : known.process;
  };
  const givenBack = (process: PictureProcess): void => {
    if (process.isLost) return;
    if (idle !== undefined || process.pictures >= mostPictures) {
      process.end();
      return;
    }
    const timer = setTimeout(() => {
      idle = undefined;
      process.end();
    }, idleMs).unref();
    idle = { process, timer };
  };
  return {
    variant: ({ source, spec, workspaceId, signal }) =>
      turns.run({ who: workspaceId, signal }, async () => {
        const bytes = await read(await source(), signal);
        for (;;) {
          const process = await taken(signal).catch(asUnavailable);
          const isUsed = process.pictures > 0;
          try {
            const answer = await process.make({ bytes, spec }, { limitMs, signal });
            if (answer.kind !== 'made') throw unreadable();
            return Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength);
          } catch (error) {
            // What pictures before it left behind, or an end that came while it was idle, says nothing of this one.
            const isOwn =
              !isUsed || !(error instanceof PictureLost) || error.kind === 'late' || error.kind === 'left';
            if (isOwn) return asRefusal(error);
          } finally {
            givenBack(process);
          }
        }
      }),
  };
}

async function read(source: Readable, signal: AbortSignal | undefined): Promise<Buffer> {
  try {
    return await buffer(interruptible(source, signal));
  } catch (cause) {
    if (signal?.aborted === true && cause === signal.reason) throw unwanted(cause);
    throw cause;
  } finally {
    source.destroy();
  }
}

/** Of a process that does not come up. */
function asUnavailable(error: unknown): never {
  if (!(error instanceof PictureLost)) throw error;
  if (error.kind === 'left') throw unwanted(error);
  throw new CodedError('ENGINE_UNAVAILABLE', 'Pictures cannot be made at the moment.', { cause: error });
}

function asRefusal(error: unknown): never {
  if (!(error instanceof PictureLost)) throw error;
  if (error.kind === 'left') throw unwanted(error);
  if (error.kind !== 'late') throw unreadable(error);
  const message =
    'Making this picture takes too long: ask for a smaller one, or later, when there is less to do.';
  throw new CodedError('OVERLOADED', message, { cause: error });
}

function unwanted(cause: unknown): CodedError {
  return new CodedError('DEADLINE_EXCEEDED', 'Nobody waits for this picture any more.', { cause });
}

function unreadable(cause?: Error): CodedError {
  return new CodedError(
    'PICTURE_REFUSED',
    'This cannot be read as a picture of a size we turn into others.',
    cause === undefined ? {} : { cause },
  );
}
