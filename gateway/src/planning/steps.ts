/** Work on the event loop in parts: whoever runs it decides whether others have a turn in between. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** So long may a turn take, milliseconds, and a part more. */
const turnMs = 10;

/** Where nobody else waits. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** With a turn for everybody else after some parts. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  let sinceMs = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - sinceMs < turnMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    sinceMs = performance.now();
  }
}
