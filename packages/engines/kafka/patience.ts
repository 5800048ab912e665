import { setTimeout as delay } from 'node:timers/promises';

const againAfterMs = 100;

export interface Patience {
  /** How long tries may begin; each may take as long as its own answers do. */
  readonly triedForMs: number;
  readonly isPassing: (error: unknown) => boolean;
}

/** Repeats what a broker refuses for a moment: leaders and coordinators move, and a cold broker knows its own topics late. @throws the last refusal */
export async function patiently<Answer>(
  { triedForMs, isPassing }: Patience,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const lastTryMs = performance.now() + triedForMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || performance.now() >= lastTryMs) throw error;
      await delay(againAfterMs);
    }
  }
}
