import { afterAll, beforeAll, expect, test } from 'vitest';
import { daysOf, isOfDays, utcDay } from './window-days.ts';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'America/New_York';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const [hour, day] = [3_600_000, 86_400_000];
const start = Date.parse('2026-11-22T00:00:00Z');

test('windows of days are told as the days of UTC that they are, wherever they are read', () => {
  expect(new Date(start).getHours()).toBe(19);
  expect(utcDay(start)).toBe('22 Nov 2026');
  expect(daysOf(start, start + day)).toBe('22 Nov 2026 (UTC)');
  expect(daysOf(start, start + 7 * day)).toBe('22 Nov 2026 to 28 Nov 2026 (UTC)');
});

test('windows that begin within days are told as moments', () => {
  expect([day, 7 * day, hour, undefined].map(isOfDays)).toEqual([true, true, false, false]);
  expect(daysOf(start + hour, start + day)).toBeUndefined();
  expect(daysOf(start, start + 90_000)).toBeUndefined();
});
