import { expect, test, vi } from 'vitest';
import { CallsUnderWay } from './calls-under-way.ts';

test('who asks while a call is under way waits for its answer, and a call that hangs is followed by another after half a minute', async () => {
  const calls = new CallsUnderWay<number>();
  const [engine, other] = [{}, {}];
  let begun = 0;
  const hanging = (): Promise<number> => {
    begun += 1;
    return new Promise(() => undefined);
  };
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  try {
    void calls.ask(engine, hanging);
    void calls.ask(engine, hanging);
    void calls.ask(other, hanging);
    expect(begun).toBe(2);
    now.mockReturnValue(30_000);
    expect(await calls.ask(engine, async () => 1)).toBe(1);
    await expect(calls.ask(engine, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await calls.ask(engine, async () => 2)).toBe(2);
  } finally {
    now.mockRestore();
  }
});
