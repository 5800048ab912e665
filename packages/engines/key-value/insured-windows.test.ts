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
  let state: 'well' | 'away' | 'silent' = 'well';
  let asked = 0;
  const meet = async (): Promise<void> => {
    asked += 1;
    if (state === 'away') throw new CodedError('ENGINE_UNAVAILABLE', 'away');
    if (state === 'silent') await new Promise(() => undefined);
  };
  const keyValue = {
    takeFromWindow: async (request: typeof window) => {
      await meet();
      return real.takeFromWindow(request);
    },
    ping: meet,
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
  await eventually(async () =>
    expect((await one.takeFromWindow({ ...window, key: 'new' })).allowed).toBe(true),
  );
  expect((await other.takeFromWindow({ ...window, key: 'third' })).remaining).toBe(2);
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
