import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lostAnswerGraceMs, type PresentedToken, refreshVerdict } from '../src/domain/refresh-rotation.ts';

const nowMs = 1_000_000;
const token = fc.record({
  expiresAtMs: fc.integer({ min: 0, max: 2 * nowMs }),
  usedAtMs: fc.option(fc.integer({ min: 0, max: nowMs })),
  successorUnused: fc.boolean(),
  sessionEnded: fc.boolean(),
  sessionExpiresAtMs: fc.integer({ min: 0, max: 2 * nowMs }),
});
const always = (holds: (presented: PresentedToken) => void): void => fc.assert(fc.property(token, holds));

it('an ended or expired session gives nothing, whatever the token', () => {
  always((presented) => {
    if (presented.sessionEnded || presented.sessionExpiresAtMs <= nowMs)
      expect(refreshVerdict(presented, nowMs)).toBe('ended');
  });
});

it('tokens are given for a used token only while its successor is unused, and only within the grace', () => {
  always((presented) => {
    if (presented.usedAtMs === null || !['rotate', 'repeat'].includes(refreshVerdict(presented, nowMs)))
      return;
    expect(presented.successorUnused).toBe(true);
    expect(nowMs - presented.usedAtMs).toBeLessThanOrEqual(lostAnswerGraceMs);
  });
});

it('an unused token of a living session never ends it', () => {
  always((presented) => {
    if (presented.usedAtMs === null) expect(refreshVerdict(presented, nowMs)).not.toBe('reuse');
  });
});
