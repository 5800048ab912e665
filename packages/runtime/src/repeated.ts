export interface Repeated {
  readonly everyMs: number;
  readonly work: () => Promise<void>;
  /** Told what a run threw; the next turn tries again. */
  readonly failed: (err: unknown) => void;
}

/** Work done again and again. Disposing ends it, and waits for the run under way. */
export interface Repeating extends AsyncDisposable {
  /** Does it now, unless a run is under way. */
  now(): void;
}

/** Does `work` at every turn of a timer, never twice at once. */
export function startRepeating({ everyMs, work, failed }: Repeated): Repeating {
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (err) {
      failed(err);
    }
    running = undefined;
  };
  const now = (): void => {
    running ??= run();
  };
  const timer = setInterval(now, everyMs);
  return {
    now,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
