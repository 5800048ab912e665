import { MessageChannel } from 'node:worker_threads';

/** Nothing is at its other end: what is transferred to it is gone at once (HTML, "message port post message steps": serialised, then dropped). */
const nowhere = new MessageChannel().port1;
nowhere.close();

/** Smaller ones are left to the collector: they are cheap there, and may be cut out of a pool. */
const leastBytes = 4_096;

/**
 * Gives the memory of chunks back now. Left to V8 a gigabyte of them that passes through has it collect its whole heap some thirty times, which took
 * as long as encrypting the gigabyte. Only for whoever has them alone: they are empty afterwards. A chunk that is a part of something larger stays.
 */
export function letGo(chunks: readonly Uint8Array[]): void {
  const whole = chunks.flatMap((chunk) => (isWhole(chunk) ? [chunk.buffer] : []));
  if (whole.length > 0) nowhere.postMessage(undefined, whole);
}

/**
 * The same bytes in chunks whose memory can be transferred to a thread. Only for whoever has them alone. A chunk that is a part of something larger is
 * copied, and small ones that follow each other become one.
 */
export function transferable(chunks: readonly Uint8Array[]): readonly Uint8Array<ArrayBuffer>[] {
  const ready: Uint8Array<ArrayBuffer>[] = [];
  let others: Uint8Array[] = [];
  const putTogether = (): void => {
    if (others.length === 0) return;
    const copy = new Uint8Array(others.reduce((sum, { byteLength }) => sum + byteLength, 0));
    let at = 0;
    for (const chunk of others) {
      copy.set(chunk, at);
      at += chunk.byteLength;
    }
    ready.push(copy);
    others = [];
  };
  for (const chunk of chunks) {
    if (isWhole(chunk)) {
      putTogether();
      ready.push(chunk);
    } else others.push(chunk);
  }
  putTogether();
  return ready;
}

function isWhole(chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = chunk;
  return buffer instanceof ArrayBuffer && byteLength === buffer.byteLength && byteLength >= leastBytes;
}
