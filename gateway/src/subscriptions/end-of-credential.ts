import type { Clock } from '@tributary/runtime';

/** Node's timers run at once beyond this delay. */
const longestTimerMs = 2_147_483_647;

/** Calls back when a credential ends, milliseconds since the epoch, however far off that is. Disposing stops it. */
export function atEndOfCredential(
  expiresAtMs: number | undefined,
  clock: Pick<Clock, 'now'>,
  onEnd: () => void,
): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const wait = (atMs: number): void => {
    const leftMs = atMs - clock.now();
    timer = setTimeout(
      () => (leftMs > longestTimerMs ? wait(atMs) : onEnd()),
      Math.min(Math.max(0, leftMs), longestTimerMs),
    );
  };
  if (expiresAtMs !== undefined) wait(expiresAtMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
