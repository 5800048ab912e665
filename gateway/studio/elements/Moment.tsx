import type { ReactNode } from 'react';

const full = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
});
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto', style: 'long' });

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A moment in the reader's own time zone; the exact one, in UTC, is in its title. */
export function Moment({
  at,
  show = 'full',
}: {
  readonly at: string;
  readonly show?: 'full' | 'ago' | 'day' | 'clock';
}): ReactNode {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return at;
  const text = { full: () => full.format(ms), day: () => day.format(ms), clock: () => clock.format(ms) };
  return (
    <time dateTime={at} title={at} className="numeric moment">
      {show === 'ago' ? ago(ms, Date.now()) : text[show]()}
    </time>
  );
}

/** `3 minutes ago`, up to a week; then the day. */
export function ago(ms: number, nowMs: number): string {
  const distance = ms - nowMs;
  const away = Math.abs(distance);
  if (away < minuteMs) return 'just now';
  if (away < hourMs) return relative.format(Math.trunc(distance / minuteMs), 'minute');
  if (away < dayMs) return relative.format(Math.trunc(distance / hourMs), 'hour');
  if (away < 7 * dayMs) return relative.format(Math.trunc(distance / dayMs), 'day');
  return day.format(ms);
}
