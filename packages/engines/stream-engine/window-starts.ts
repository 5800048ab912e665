import type { Window } from './port.ts';

type Aligned = Exclude<Window, { kind: 'session' }>;

/** The starts of the aligned windows that hold a time, the latest first. */
export function windowStarts(window: Aligned, timeMs: number): readonly number[] {
  const starts: number[] = [];
  for (let start = latestStart(window, timeMs); start > timeMs - window.sizeMs; start -= stepOf(window))
    starts.push(start);
  return starts;
}

/** The first of them. Each other one starts a step before. */
export function latestStart(window: Aligned, timeMs: number): number {
  const stepMs = stepOf(window);
  return Math.floor((timeMs - window.offsetMs) / stepMs) * stepMs + window.offsetMs;
}

export function stepOf(window: Aligned): number {
  return window.kind === 'hop' ? window.slideMs : window.sizeMs;
}
