import { expect, test } from 'vitest';
import { timeRange } from '../src/domain/time-range.ts';

const nowMs = Date.parse('2026-11-01T12:00:00Z');
const refusal = (from: string | null, to: string | null): unknown => {
  try {
    return timeRange(from, to, nowMs);
  } catch (error) {
    const { code, details } = error as { code: string; details: { argument: string } };
    return [code, details.argument];
  }
};

test('moments of years that no database has are refused, by the argument they stand in', () => {
  expect(refusal('-271821-04-20T00:00:00Z', null)).toEqual(['BAD_USER_INPUT', 'from']);
  expect(refusal(null, '+275760-09-13T00:00:00Z')).toEqual(['BAD_USER_INPUT', 'to']);
  expect(refusal('0000-12-31T00:00:00Z', null)).toEqual(['BAD_USER_INPUT', 'from']);
  // Seven days before it there is no year.
  expect(refusal(null, '0001-01-02T00:00:00Z')).toEqual(['BAD_USER_INPUT', 'from']);
  expect(refusal('soon', null)).toEqual(['BAD_USER_INPUT', 'from']);
  expect(refusal('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z')).toEqual({
    from: '0001-01-01T00:00:00.000Z',
    to: '9999-12-31T23:59:59.999Z',
  });
});
