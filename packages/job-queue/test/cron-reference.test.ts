import { cronTime } from '@tributary/job-queue';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const minuteMs = 60_000;
const dayMs = 86_400_000;

interface Field {
  readonly text: string;
  readonly values: ReadonlySet<number>;
}

/** A field as POSIX crontab has it, with the values that it means, which nothing of the product has read. */
function field(from: number, to: number): fc.Arbitrary<Field> {
  const numbers = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  const one = fc.integer({ min: from, max: to });
  return fc.oneof(
    fc.constant({ text: '*', values: new Set(numbers) }),
    one.map((n) => ({ text: String(n), values: new Set([n]) })),
    fc.tuple(one, one).map(([a, b]) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      return { text: `${low}-${high}`, values: new Set(numbers.filter((n) => n >= low && n <= high)) };
    }),
    fc
      .uniqueArray(one, { minLength: 2, maxLength: 4 })
      .map((list) => ({ text: list.join(), values: new Set(list) })),
    fc.integer({ min: 2, max: Math.min(9, to - from) }).map((step) => ({
      text: `*/${step}`,
      values: new Set(numbers.filter((n) => (n - from) % step === 0)),
    })),
  );
}

const anyWeekday: Field = { text: '*', values: new Set([0, 1, 2, 3, 4, 5, 6]) };

const expressions = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  // Of a day of the month and one of the week either may fit, and crons differ in what a step counts as: one of them is any.
  .map(([minute, hour, day, month, weekday]) => ({
    minute,
    hour,
    month,
    day,
    weekday: day.text === '*' ? weekday : anyWeekday,
  }));

type Expression = Readonly<Record<'minute' | 'hour' | 'day' | 'month' | 'weekday', Field>>;

/** The first minute after a moment that fits, looked for day by day and minute by minute, in UTC; undefined for none in two years. */
function firstAfter(expression: Expression, afterMs: number): number | undefined {
  const { minute, hour, day, month, weekday } = expression;
  const startMs = (Math.floor(afterMs / minuteMs) + 1) * minuteMs;
  for (let dayAt = Math.floor(startMs / dayMs) * dayMs; dayAt < startMs + 2 * 366 * dayMs; dayAt += dayMs) {
    const date = new Date(dayAt);
    if (!month.values.has(date.getUTCMonth() + 1) || !day.values.has(date.getUTCDate())) continue;
    if (!weekday.values.has(date.getUTCDay())) continue;
    for (let ms = Math.max(dayAt, startMs); ms < dayAt + dayMs; ms += minuteMs) {
      const at = new Date(ms);
      if (hour.values.has(at.getUTCHours()) && minute.values.has(at.getUTCMinutes())) return ms;
    }
  }
  return undefined;
}

test('property: the next tick is the first minute that fits every field, as looking at each minute finds it', () => {
  const moments = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) });
  fc.assert(
    fc.property(expressions, moments, (expression, afterMs) => {
      const { minute, hour, day, month, weekday } = expression;
      const expected = firstAfter(expression, afterMs);
      // The thirtieth of February, and what is so rare that two years hold none of it, is not looked for.
      fc.pre(expected !== undefined);
      const cron = [minute, hour, day, month, weekday].map(({ text }) => text).join(' ');
      const time = cronTime(cron, 'UTC');
      expect(time.next(afterMs)).toBe(expected);
      expect(time.last(expected, 1)).toEqual([expected]);
    }),
    { numRuns: 200 },
  );
});
