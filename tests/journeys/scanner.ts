import { clamdBehaviour, startDaemon } from '@tributary/engines/file-scanner/clamd.fixture';

/** A daemon that speaks clamd's protocol, and looks at nothing before it is told to. */
export interface HeldScanner extends AsyncDisposable {
  readonly url: string;
  /** From now on it judges, what waits as well. */
  judge(): void;
}

export async function openHeldScanner(): Promise<HeldScanner> {
  const judging = new AbortController();
  const { signal } = judging;
  const judge = clamdBehaviour(10_000_000);
  const daemon = await startDaemon((socket) => {
    // Nobody reads what is sent until then; the connection keeps it.
    if (signal.aborted) judge(socket);
    else signal.addEventListener('abort', () => judge(socket), { once: true });
  });
  return {
    url: daemon.url,
    judge: () => judging.abort(),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}
