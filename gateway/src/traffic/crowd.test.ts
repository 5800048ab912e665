import { expect, it } from 'vitest';
import { Crowd } from './crowd.ts';

function crowdOf(underWay: number) {
  const clock = { nowMs: 0 };
  const crowd = new Crowd(underWay, () => clock.nowMs);
  const letIn = (count: number): number => {
    let entered = 0;
    for (let at = 0; at < count; at += 1) if (crowd.letsIn()) entered += 1;
    return entered;
  };
  return { clock, crowd, letIn };
}

it('half of what may be under way waits for a subgraph that says nothing, and three quarters for one that answers', () => {
  const { clock, crowd, letIn } = crowdOf(100);
  expect(letIn(10)).toBe(10);
  clock.nowMs = 251;
  expect(letIn(90)).toBe(40);
  crowd.heard();
  expect(letIn(90)).toBe(25);
  crowd.leave();
  expect(letIn(90)).toBe(1);
});

it('a subgraph that nobody asked for long does not hang', () => {
  const { clock, crowd, letIn } = crowdOf(100);
  clock.nowMs = 100_000;
  expect(letIn(90)).toBe(75);
  for (let at = 0; at < 75; at += 1) crowd.leave();
  clock.nowMs = 200_000;
  expect(letIn(90)).toBe(75);
});
