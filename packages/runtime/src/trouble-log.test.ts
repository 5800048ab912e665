import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from './clock.ts';
import { CodedError } from './coded-error.ts';
import type { LogFields, Logger } from './log.ts';
import { tellTrouble } from './trouble-log.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

function telling() {
  const clock = new ManualClock(0);
  const told: [string, LogFields][] = [];
  const log = {
    warn: (fields: LogFields, text: string) => void told.push([text, fields]),
  } as unknown as Logger;
  const trouble = tellTrouble({ log, clock, message: 'behind', over: 'caught up', fields: { group: 'g' } });
  /** Time passes, for timers too. */
  const pass = (ms: number): void => {
    clock.advance(ms);
    vi.advanceTimersByTime(ms);
  };
  return { told, trouble, pass };
}

test('a trouble that fails every second for two minutes is three lines, and one more when it is over', () => {
  const { told, trouble, pass } = telling();
  const err = new CodedError('ENGINE_UNAVAILABLE', 'away');
  for (let second = 0; second <= 120; second += 1) {
    trouble(err);
    pass(1_000);
  }
  expect(told).toEqual([
    ['behind', { group: 'g', err, count: 1 }],
    ['behind', { group: 'g', err, count: 61 }],
    ['behind', { group: 'g', err, count: 121 }],
  ]);
  pass(45_000);
  expect(told.slice(3)).toEqual([
    [
      'caught up',
      { group: 'g', code: 'ENGINE_UNAVAILABLE', count: 121, durationMs: 120_000, quietMs: 46_000 },
    ],
  ]);
  pass(600_000);
  expect(told).toHaveLength(4);
  expect(vi.getTimerCount()).toBe(0);
});

test('a trouble of another kind is told at once, and one that comes back is told anew', () => {
  const { told, trouble, pass } = telling();
  trouble(new CodedError('ENGINE_UNAVAILABLE', 'away'));
  trouble(new CodedError('CURSOR_EXPIRED', 'lost'));
  pass(45_000);
  trouble(new CodedError('ENGINE_UNAVAILABLE', 'away again'));
  expect(told.map(([text]) => text)).toEqual(['behind', 'behind', 'caught up', 'behind']);
});

test('a trouble that goes on for another reason is not said to be over, and then is one from its beginning to its end', () => {
  const { told, trouble, pass } = telling();
  trouble(new CodedError('ENGINE_UNAVAILABLE', 'away'));
  pass(1_000);
  for (let second = 0; second < 50; second += 1) {
    trouble(new CodedError('CONFIG_INVALID', 'another one’s'));
    pass(1_000);
  }
  expect(told.map(([text]) => text)).toEqual(['behind', 'behind']);
  pass(45_000);
  const all = { group: 'g', code: 'CONFIG_INVALID', count: 51, durationMs: 50_000 };
  expect(told.slice(2)).toEqual([
    ['caught up', expect.objectContaining({ ...all, quietMs: expect.any(Number) })],
  ]);
});

test('a try that takes 20 s after a rest of 10 s is no sign that the trouble is over', () => {
  const { told, trouble, pass } = telling();
  for (let time = 0; time < 4; time += 1) {
    trouble(new CodedError('ENGINE_UNAVAILABLE', 'away'));
    pass(30_000);
  }
  expect(told.map(([text]) => text)).toEqual(['behind', 'behind']);
});
