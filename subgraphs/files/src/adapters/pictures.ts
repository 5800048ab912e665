import type { Readable } from 'node:stream';
import { CodedError, Turns } from '@tributary/runtime';
import sharp, { type Sharp } from 'sharp';
import type { VariantSpec } from '../domain/variant-spec.ts';

export interface VariantRequest {
  /** Opened when it is its turn: what waits in line holds no file. */
  readonly source: () => Promise<Readable>;
  readonly spec: VariantSpec;
  readonly workspaceId: string;
}

export interface Pictures {
  /**
   * The picture in another size and format, without its metadata (places, names) and turned as its camera says.
   * @throws CodedError PICTURE_REFUSED for what cannot be read as a picture or is too large, OVERLOADED
   */
  variant(request: VariantRequest): Promise<Buffer>;
}

/** A picture says in a few bytes how many pixels it has: beyond this nothing is decoded (a 50,000 × 50,000 PNG has 200 KB). */
const mostPixels = 50_000_000;
const mostSeconds = 10;
/** Each holds a decoded picture, 200 MB at most. */
const atOnce = 2;

const mediaTypes = { WEBP: 'image/webp', AVIF: 'image/avif', JPEG: 'image/jpeg', PNG: 'image/png' } as const;

export function variantType(format: VariantSpec['format']): string {
  return mediaTypes[format];
}

export function createPictures(): Pictures {
  // libvips keeps decoded files and threads by default; here a picture is decoded once, and others need the cores too.
  sharp.cache(false);
  sharp.concurrency(1);
  const turns = new Turns({ tooMany: 'Too many pictures', atOnce, each: atOnce, waiting: 32 });
  return {
    variant: ({ source, spec, workspaceId }) =>
      turns.run({ who: workspaceId }, async () => made(await source(), spec)),
  };
}

async function made(source: Readable, { width, height, fit, format, quality }: VariantSpec): Promise<Buffer> {
  const picture = sharp({ limitInputPixels: mostPixels, failOn: 'error', pages: 1, sequentialRead: true })
    .autoOrient()
    .resize({
      ...(width === null ? {} : { width }),
      ...(height === null ? {} : { height }),
      fit: fit === 'COVER' ? 'cover' : 'inside',
      withoutEnlargement: true,
    })
    .timeout({ seconds: mostSeconds });
  const encoded = encodedAs(picture, format, quality);
  source.once('error', (error) => encoded.destroy(error));
  source.pipe(encoded);
  try {
    return await encoded.toBuffer();
  } catch (cause) {
    throw new CodedError(
      'PICTURE_REFUSED',
      'This cannot be read as a picture of a size we turn into others.',
      { cause },
    );
  } finally {
    source.destroy();
  }
}

function encodedAs(picture: Sharp, format: VariantSpec['format'], quality: number): Sharp {
  switch (format) {
    case 'WEBP':
      return picture.webp({ quality });
    case 'AVIF':
      return picture.avif({ quality, effort: 2 });
    case 'JPEG':
      return picture.jpeg({ quality, mozjpeg: false });
    case 'PNG':
      return picture.png();
  }
}
