/** Work on the event loop in parts: whoever runs it decides whether others have a turn in between. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Where nobody else waits. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** With a turn for everybody else after each part. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
