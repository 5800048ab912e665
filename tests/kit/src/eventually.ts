export interface EventuallyOptions {
  /** How long the check may go on failing; 20 s when absent. */
  readonly timeoutMs?: number;
}

/** Repeats a check until it passes and answers its value; when time is up, throws its last failure. */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  options: EventuallyOptions = {},
): Promise<Value> {
  const deadlineMs = performance.now() + (options.timeoutMs ?? 20_000);
  for (;;) {
    try {
      return await check();
    } catch (failure) {
      if (performance.now() > deadlineMs) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }
}
