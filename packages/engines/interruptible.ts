import { Readable } from 'node:stream';

/**
 * The chunks of a stream until the signal ends them, also while a stream stands still. One that is left early stays its owner's: a readable
 * is not destroyed.
 * @throws the reason of the signal, or what the stream throws
 */
export async function* interruptible(
  body: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const iterator: AsyncIterator<Uint8Array> =
    body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : body[Symbol.asyncIterator]();
  let interrupt: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => interrupt(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  try {
    for (;;) {
      signal?.throwIfAborted();
      // A race with one promise for all chunks would keep a reaction of every chunk until the end.
      const { done, value } = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        interrupt = reject;
        iterator.next().then(resolve, reject);
      });
      if (done === true) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // Not awaited: behind a stream that stands still it would wait for ever.
    iterator.return?.().catch(() => undefined);
  }
}
