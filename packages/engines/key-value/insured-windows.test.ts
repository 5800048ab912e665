import { CodedError, createLogger, ManualClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { EmbeddedKeyValue } from './embedded.ts';
import { InsuredWindows } from './insured-windows.ts';

const window = { key: 'anna', limit: 3, windowMs: 60_000, cost: 1 };

/** A store that two processes share, and that can be away or silent. */
function sharedStore() {
  const clock = new ManualClock(0);
  const real = new EmbeddedKeyValue({ clock });
  let state: 'well' | 'away' | 'silent' | 'full' = 'well';
  let asked = 0;
  const meet = async (): Promise<void> => {
    asked += 1;
    if (state === 'away') throw new CodedError('ENGINE_UNAVAILABLE', 'away');
    if (state === 'silent') await new Promise(() => undefined);
  };
  const keyValue = {
    takeFromWindow: async (request: typeof window) => {
      await meet();
      if (state === 'full' && request.cost > 0) throw new CodedError('OVERLOADED', 'full');
      return real.takeFromWindow(request);
    },
  };
  const log = createLogger({ name: 'test', level: 'silent' });
  return {
    clock,
    process: () => new InsuredWindows({ keyValue, clock, log, what: 'limits' }),
    become: (next: typeof state) => {
      state = next;
    },
    asked: () => asked,
  };
}

async function allowed(windows: InsuredWindows): Promise<boolean> {
  return (await windows.takeFromWindow(window)).allowed;
}

test('processes share one budget; while the store is away each has its own, and afterwards they share again', async () => {
  const store = sharedStore();
  const [one, other] = [store.process(), store.process()];
  expect([await allowed(one), await allowed(other), await allowed(one), await allowed(other)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  store.become('away');
  for (const process of [one, other]) {
    const passed = [];
    for (let time = 0; time < 4; time += 1) passed.push(await allowed(process));
    expect(passed).toEqual([true, true, true, false]);
  }
  store.become('well');
  store.clock.advance(1_000);
  // Whoever comes then has it looked for, and waits for nothing.
  expect(await allowed(one)).toBe(false);
  expect(await allowed(other)).toBe(false);
  const fresh = { ...window, key: 'bert' };
  await eventually(async () => {
    await one.takeFromWindow({ ...fresh, key: 'probe', limit: 1_000 });
    expect((await other.takeFromWindow({ ...fresh, key: 'probe', limit: 1_000 })).remaining).toBeLessThan(
      999,
    );
  });
  expect((await one.takeFromWindow(fresh)).remaining).toBe(2);
  expect((await other.takeFromWindow(fresh)).remaining).toBe(1);
  // Who was refused here meanwhile is not let in because the store, which knows nothing of it, is back.
  expect([await allowed(one), await allowed(other)]).toEqual([false, false]);
  store.clock.advance(60_001);
  expect(await allowed(one)).toBe(true);
});

test('a store that answers and takes nothing is away', async () => {
  const store = sharedStore();
  const windows = store.process();
  store.become('full');
  const passed = [];
  for (let time = 0; time < 5; time += 1) {
    passed.push(await allowed(windows));
    store.clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(passed).toEqual([true, true, true, false, false]);
});

test('a store that is away is asked once a second, not by everybody who comes', async () => {
  const store = sharedStore();
  const windows = store.process();
  store.become('away');
  await allowed(windows);
  expect(store.asked()).toBe(1);
  for (let time = 0; time < 100; time += 1) await windows.takeFromWindow({ ...window, key: `k${time}` });
  expect(store.asked()).toBe(1);
  store.clock.advance(1_000);
  for (let time = 0; time < 100; time += 1) await windows.takeFromWindow({ ...window, key: `l${time}` });
  expect(store.asked()).toBe(2);
});

test('a store that says nothing keeps those who come first for half a second, and nobody after them', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const store = sharedStore();
    const windows = store.process();
    store.become('silent');
    const first = allowed(windows);
    await vi.advanceTimersByTimeAsync(499);
    expect(await Promise.race([first, Promise.resolve('waits')])).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect([await first, await allowed(windows)]).toEqual([true, true]);
    expect(store.asked()).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
