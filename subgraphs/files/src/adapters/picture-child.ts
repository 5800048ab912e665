import { setPriority } from 'node:os';
import { containThisProcess } from '@tributary/engines/contained-process/contain-this-process';
import sharp, { type Sharp } from 'sharp';
import { mostSide, type VariantSpec } from '../domain/variant-spec.ts';
import type { FromPictures, ToPictures } from './picture-messages.ts';

// The process of pictures: decoders work on what users bring, and an encoder cannot be interrupted by anything but an end.

/** A picture says in a few bytes how many pixels it has: beyond this nothing is decoded (a 50,000 × 50,000 PNG has 200 KB). */
const mostPixels = 50_000_000;
/** Pictures wait for everything else. */
const lowPriority = 10;

containThisProcess();
setPriority(lowPriority);
// libvips keeps decoded files and threads by default; here a picture is decoded once, and others need the cores too.
sharp.cache(false);
sharp.concurrency(1);

process.on('message', (message: ToPictures) => {
  made(message).then(
    (bytes) => say({ kind: 'made', bytes }),
    () => say({ kind: 'refused' }),
  );
});
say({ kind: 'ready' });

function say(message: FromPictures): void {
  process.send?.(message);
}

function made({ bytes, spec }: ToPictures): Promise<Uint8Array> {
  const { width, height, fit, format, quality } = spec;
  const picture = sharp(bytes, {
    limitInputPixels: mostPixels,
    failOn: 'error',
    pages: 1,
    sequentialRead: true,
  })
    .autoOrient()
    .resize({
      width: width ?? mostSide,
      height: height ?? mostSide,
      // One side alone is nothing to cover.
      fit: fit === 'COVER' && width !== null && height !== null ? 'cover' : 'inside',
      withoutEnlargement: true,
    });
  return encodedAs(picture, format, quality).toBuffer();
}

function encodedAs(picture: Sharp, format: VariantSpec['format'], quality: number): Sharp {
  switch (format) {
    case 'WEBP':
      return picture.webp({ quality });
    case 'AVIF':
      return picture.avif({ quality, effort: 2 });
    case 'JPEG':
      // JPEG has no transparency, and what is under it is black in most files.
      return picture.flatten({ background: '#ffffff' }).jpeg({ quality, mozjpeg: false });
    case 'PNG':
      return picture.png();
  }
}
