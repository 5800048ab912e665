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
    const leftMs = untilMs - nowMs();
    if (leftMs < 0 || refused > mostRefused) return;
    const planned = await within(leftMs, plan(one));
    if (!planned) refused += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What takes longer goes on beside what is asked by then. */
async function within(leftMs: number, planning: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<true>((resolve) => {
    timer = setTimeout(resolve, leftMs, true);
  });
  try {
    return await Promise.race([planning, over]);
  } finally {
    clearTimeout(timer);
  }
}
