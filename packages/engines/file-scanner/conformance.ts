import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { FileScanner } from './port.ts';

export interface FileScannerUnderTest extends AsyncDisposable {
  readonly scanner: FileScanner;
  /** How much it takes. */
  readonly largestScanBytes: number;
}

/** The file that every scanner finds (EICAR's test file), in two halves so that none finds it here. */
export const eicar = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);

export function contentOf(bytes: Uint8Array, chunkBytes = 40_000): () => Promise<AsyncIterable<Uint8Array>> {
  return async () =>
    (async function* () {
      for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    })();
}

/** The promises of the file scanner port, held against one adapter. */
export function describeFileScanner(name: string, open: () => Promise<FileScannerUnderTest>): void {
  describe(`file scanner on ${name}`, () => {
    const scan = ({ scanner }: FileScannerUnderTest, bytes: Uint8Array, chunkBytes?: number) =>
      scanner.scan({ sizeBytes: bytes.byteLength, content: contentOf(bytes, chunkBytes) });

    test('what is harmless is clean, whatever its size, and nothing at all as well', async () => {
      await using under = await open();
      await under.scanner.ping();
      for (const sizeBytes of [0, 1, 3_000_000]) {
        expect(await scan(under, randomBytes(sizeBytes))).toEqual({ state: 'CLEAN' });
      }
    });

    test('the test virus is found and named, also when it comes byte by byte', async () => {
      await using under = await open();
      for (const chunkBytes of [1, 68, 1_000]) {
        const verdict = await scan(under, eicar, chunkBytes);
        expect(verdict).toEqual({ state: 'INFECTED', signature: expect.stringMatching(/eicar/i) });
      }
    });

    test('what is larger than the scanner takes is not scanned, and not read either', async () => {
      await using under = await open();
      const content = () => Promise.reject(new Error('it was read'));
      const verdict = await under.scanner.scan({ sizeBytes: under.largestScanBytes + 1, content });
      expect(verdict).toEqual({ state: 'NOT_SCANNED', reason: 'TOO_LARGE' });
    });

    test('bytes that break off, or are given up, have no verdict', async () => {
      await using under = await open();
      const breaking = async () =>
        (async function* () {
          yield randomBytes(100_000);
          throw new Error('the object is gone');
        })();
      const broken = under.scanner.scan({ sizeBytes: 200_000, content: breaking });
      await expect(broken).rejects.toThrow('the object is gone');
      const giveUp = new AbortController();
      const stalling = async () =>
        (async function* () {
          yield randomBytes(100_000);
          giveUp.abort(new Error('nobody waits'));
          await new Promise(() => undefined);
        })();
      const request = { sizeBytes: 200_000, content: stalling, signal: giveUp.signal };
      await expect(under.scanner.scan(request)).rejects.toThrow('nobody waits');
    });

    test('what was opened for a scan is closed with it, whatever comes of it', async () => {
      await using under = await open();
      const streams = [eicar, randomBytes(2_000_000)].map((bytes) => Readable.from([bytes]));
      const giveUp = new AbortController();
      const stalled = new Readable({ read: () => giveUp.abort(new Error('nobody waits')) });
      for (const body of streams) await under.scanner.scan({ sizeBytes: 1, content: async () => body });
      const request = { sizeBytes: 1, content: async () => stalled, signal: giveUp.signal };
      await expect(under.scanner.scan(request)).rejects.toThrow('nobody waits');
      expect([...streams, stalled].map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
    });

    test('many scans at once each get their own verdict', async () => {
      await using under = await open();
      const bodies = Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? eicar : randomBytes(200_000)));
      const verdicts = await Promise.all(bodies.map((body) => scan(under, body)));
      expect(verdicts.map(({ state }) => state)).toEqual(
        bodies.map((_, n) => (n % 2 === 0 ? 'INFECTED' : 'CLEAN')),
      );
    });
  });
}
