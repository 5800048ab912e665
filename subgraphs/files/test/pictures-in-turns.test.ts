import { Readable } from 'node:stream';
import { eventually } from '@tributary/test-kit';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createPictures, type VariantRequest } from '../src/adapters/pictures.ts';

/** Noise, which encoders work on longest. */
async function noise(side: number): Promise<Buffer> {
  const pixels = Buffer.alloc(side * side * 3);
  for (let at = 0, state = 1; at < pixels.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    pixels[at] = state >>> 24;
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .jpeg()
    .toBuffer();
}

const picture = await noise(1_500);
const source = async (): Promise<Readable> => Readable.from([picture]);
const asked = (workspaceId: string, more: Partial<VariantRequest> = {}): VariantRequest => ({
  source,
  spec: { width: 1_500, height: null, fit: 'CONTAIN', format: 'AVIF', quality: 100 },
  workspaceId,
  ...more,
});

test('a picture that takes longer than it may is given up, and the next one is made', async () => {
  const hurried = createPictures(1);
  await expect(hurried.variant(asked('a'))).rejects.toMatchObject({
    code: 'OVERLOADED',
    message: expect.stringContaining('takes too long'),
  });
  const small = asked('a', {
    spec: { width: 16, height: null, fit: 'CONTAIN', format: 'PNG', quality: 100 },
  });
  const made = await createPictures(60_000).variant(small);
  expect((await sharp(made).metadata()).width).toBe(16);
});

test('whoever goes away ends the work on their picture, and those in line come in turns, workspace by workspace', async () => {
  const pictures = createPictures(600_000);
  const away = new AbortController();
  let opened = 0;
  const counted = async (): Promise<Readable> => {
    opened += 1;
    return source();
  };
  const many = Array.from({ length: 8 }, () =>
    pictures.variant(asked('hog', { signal: away.signal, source: counted })),
  );
  const ended = Promise.allSettled(many);
  await eventually(() => expect(opened).toBe(1));
  const order: string[] = [];
  const small = (who: string): Promise<number> =>
    pictures
      .variant(asked(who, { spec: { width: 16, height: null, fit: 'CONTAIN', format: 'PNG', quality: 100 } }))
      .then(() => order.push(who));
  // The hog has one of the two places, whatever it asks for.
  await small('other');
  expect(order).toEqual(['other']);
  away.abort();
  expect((await ended).map((end) => end.status === 'rejected' && end.reason.code)).toEqual(
    many.map(() => 'DEADLINE_EXCEEDED'),
  );
  expect(opened).toBe(1);
  await small('hog');
});
