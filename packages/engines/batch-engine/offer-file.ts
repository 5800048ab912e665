import { open } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import type { BatchExport } from './port.ts';

/**
 * Hands a finished file to a sink, until the signal; answers its size. When this ends, however it does, the file is no longer open: a sink that refuses it
 * before it has read would else leave a file that no folder names any more, and that keeps its disk until the process ends.
 * @throws what the sink throws, and the signal's reason once that is why
 */
export async function offerFile(
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
  sink: BatchExport['sink'],
): Promise<number> {
  signal.throwIfAborted();
  const file = await open(path);
  try {
    const { size: sizeBytes } = await file.stat();
    const bytes = addAbortSignal(signal, file.createReadStream({ autoClose: false }));
    // An abort while nobody reads is told to whoever reads next.
    bytes.on('error', () => undefined);
    await sink(bytes, { sizeBytes });
    return sizeBytes;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await file.close();
  }
}
