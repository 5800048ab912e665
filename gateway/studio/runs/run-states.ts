import type { Tone } from '../elements/Badge.tsx';
import type { RunState } from '../generated/operations.ts';

/** A state as it is said, and how it feels. */
export const runStates: Readonly<Record<RunState, { readonly title: string; readonly tone: Tone }>> = {
  WAITING: { title: 'waiting for others', tone: 'neutral' },
  DELAYED: { title: 'delayed', tone: 'neutral' },
  HELD: { title: 'held', tone: 'warning' },
  QUEUED: { title: 'queued', tone: 'neutral' },
  RUNNING: { title: 'running', tone: 'info' },
  SUCCEEDED: { title: 'succeeded', tone: 'good' },
  FAILED: { title: 'failed', tone: 'danger' },
  CANCELLED: { title: 'cancelled', tone: 'warning' },
  SKIPPED: { title: 'skipped', tone: 'neutral' },
};

export const finished: ReadonlySet<RunState> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED']);

/** `1 h 4 min`, `12 s`, `340 ms`. */
export function readableDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return together(`${minutes} min`, seconds % 60, 's');
  return together(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
}

function together(whole: string, rest: number, unit: string): string {
  return rest === 0 ? whole : `${whole} ${rest} ${unit}`;
}
