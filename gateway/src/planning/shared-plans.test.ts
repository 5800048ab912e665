import { expect, test } from 'vitest';
import { CallerGone, Leaving } from '../execution/departure.ts';
import { PlanningLine } from './planning-line.ts';
import { SharedPlans } from './shared-plans.ts';
import { NobodyWaits } from './waiting.ts';

/** A line in which a plan is being made until it is told to end, and plans that are made in it. */
async function behindOne() {
  const line = new PlanningLine();
  const plans = new SharedPlans<number>();
  let end = (): void => undefined;
  const before = line.inTurn(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  await Promise.resolve();
  let made = 0;
  const ask = (waiting: Parameters<typeof plans.share>[2] = {}): Promise<number> =>
    plans.share('plan', (gone) => line.inTurn(async () => (made += 1), { gone }), waiting);
  return { line, ask, end: () => end(), before, made: () => made };
}
const late = { code: 'DEADLINE_EXCEEDED' };

test('who has a deadline is told so when it is over, and the others who wait for the same plan get it', async () => {
  const { ask, end, made } = await behindOne();
  const patient = ask();
  await expect(ask({ deadlineAtMs: performance.now() + 10 })).rejects.toMatchObject(late);
  await expect(ask({ deadlineAtMs: performance.now() - 1 })).rejects.toMatchObject(late);
  end();
  expect(await patient).toBe(1);
  expect(made()).toBe(1);
});

test('who leaves waits no more; a plan that nobody waits for any more is not made', async () => {
  const { line, ask, end, made } = await behindOne();
  const signals = [new Leaving(), new Leaving()] as const;
  const asked = signals.map((signal) => ask({ signal, deadlineAtMs: performance.now() + 60_000 }));
  const outcomes = Promise.allSettled(asked);
  for (const signal of signals) signal.abort();
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(CallerGone) });
  end();
  await line.inTurn(async () => undefined);
  expect(made()).toBe(0);
});

test('who comes in the moment in which all others have left gets a plan', async () => {
  const { ask, end, made } = await behindOne();
  const signal = new Leaving();
  const left = ask({ signal }).catch((error: unknown) => error);
  signal.abort();
  const came = ask();
  expect(await left).toBeInstanceOf(CallerGone);
  end();
  expect(await came).toBe(1);
  expect(made()).toBe(1);
});

test('a plan that had begun when all had left is that of who comes next', async () => {
  const plans = new SharedPlans<string>();
  let end = (_: string): void => undefined;
  const make = () =>
    new Promise<string>((resolve) => {
      end = resolve;
    });
  const signal = new Leaving();
  const left = plans.share('plan', make, { signal });
  signal.abort();
  await expect(left).rejects.toThrow(CallerGone);
  const came = plans.share('plan', async () => 'another');
  end('the first');
  expect(await came).toBe('the first');
  expect(plans.has('plan')).toBe(false);
});

test('a fault is that of all who wait, and remembered for nobody', async () => {
  const plans = new SharedPlans<string>();
  const faulty = () => plans.share('plan', () => Promise.reject(new Error('no way')));
  const outcomes = await Promise.allSettled([faulty(), faulty()]);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'no way' } });
  expect(await plans.share('plan', async () => 'now')).toBe('now');
});

test('what gives up by itself is not begun again and again', async () => {
  const plans = new SharedPlans<string>();
  await expect(plans.share('plan', () => Promise.reject(new NobodyWaits()))).rejects.toThrow(NobodyWaits);
});
