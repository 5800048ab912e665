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
  const whole = chunks.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && byteLength === buffer.byteLength && byteLength >= leastBytes
      ? [buffer]
      : [],
  );
  if (whole.length > 0) nowhere.postMessage(undefined, whole);
}
