/** How long a new supergraph waits for what is planned ahead of it, in milliseconds. */
const longestMs = 2_000;
/** So many find no room before the rest is left to whoever asks: one that is large says nothing of the others. */
const mostRefused = 8;

/** Plans what was asked of late, the last first, and lets requests through in between. `plan` answers whether there was room for it. */
export async function planAhead<Asked>(
  asked: Iterable<Asked>,
  plan: (one: Asked) => Promise<boolean>,
  nowMs: () => number = () => performance.now(),
): Promise<void> {
  const untilMs = nowMs() + longestMs;
  let refused = 0;
  for (const one of asked) {
    if (nowMs() > untilMs || refused > mostRefused) return;
    if (!(await plan(one))) refused += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
