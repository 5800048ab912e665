import type { Window } from './port.ts';

type Aligned = Exclude<Window, { kind: 'session' }>;

/** The starts of the aligned windows that hold a time, the latest first. */
export function windowStarts(window: Aligned, timeMs: number): readonly number[] {
  const slideMs = window.kind === 'hop' ? window.slideMs : window.sizeMs;
  const latest = Math.floor((timeMs - window.offsetMs) / slideMs) * slideMs + window.offsetMs;
  if (window.kind === 'tumble') return [latest];
  const starts: number[] = [];
  for (let start = latest; start > timeMs - window.sizeMs; start -= slideMs) starts.push(start);
  return starts;
}
