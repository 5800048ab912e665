import type { Measure, Window } from '@tributary/engines/stream-engine';

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `90s`, `5m`, `1h`, `1d`, `2w` in milliseconds; undefined for anything else. */
export function durationMs(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^([1-9]\d{0,5})([smhdw])$/.exec(text) : null;
  if (match === null) return undefined;
  return Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs];
}

/** Weeks start on Monday; the epoch was a Thursday. */
const mondayMs = 4 * unitsMs.d;

const offsetOf = (sizeMs: number): number => (sizeMs % unitsMs.w === 0 ? mondayMs : 0);

/** `tumble(1h)`, `hop(1d, 1h)`, `session(30m)`; undefined for anything else. */
export function windowOf(name: string, text: unknown): Window | undefined {
  const match =
    typeof text === 'string' ? /^(tumble|hop|session)\(\s*(\w+)\s*(?:,\s*(\w+)\s*)?\)$/.exec(text) : null;
  const sizeMs = durationMs(match?.[2]);
  if (match === null || sizeMs === undefined) return undefined;
  const second = match[3];
  if (match[1] === 'hop') {
    const slideMs = durationMs(second);
    return slideMs === undefined
      ? undefined
      : { name, kind: 'hop', sizeMs, slideMs, offsetMs: offsetOf(slideMs) };
  }
  if (second !== undefined) return undefined;
  return match[1] === 'session'
    ? { name, kind: 'session', gapMs: sizeMs }
    : { name, kind: 'tumble', sizeMs, offsetMs: offsetOf(sizeMs) };
}

const plainFunctions = ['sum', 'avg', 'min', 'max', 'distinct'] as const;

/** `count()`, `sum(f)`, `avg(f)`, `min(f)`, `max(f)`, `distinct(f)`, `p50(f)` … `p99.9(f)`; undefined for anything else. */
export function measureOf(name: string, text: unknown): Measure | undefined {
  const match =
    typeof text === 'string' ? /^([a-z]+)(\d{1,2}(?:\.\d{1,2})?)?\(\s*(\w*)\s*\)$/.exec(text) : null;
  if (match === null) return undefined;
  const [, called = '', number, field = ''] = match;
  if (called === 'count')
    return number === undefined && field === '' ? { name, function: 'count' } : undefined;
  if (field === '') return undefined;
  if (called === 'p')
    return number === undefined
      ? undefined
      : { name, function: 'percentile', field, percentile: Number(number) };
  const plain = plainFunctions.find((known) => known === called);
  return plain === undefined || number !== undefined ? undefined : { name, function: plain, field };
}
