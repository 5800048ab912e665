import { expect, it } from 'vitest';
import { TooLongAnswers } from './too-long-answers.ts';

const asked = { headers: ['authorization', 'one'], body: '{"query":"{ all }"}' };
const isRefused = (answers: TooLongAnswers, question = asked): boolean => {
  try {
    answers.refuse(question);
    return false;
  } catch {
    return true;
  }
};

it('a question whose answer was too long rests for a moment, then one asks, and while that is not answered no other does', () => {
  let nowMs = 0;
  const answers = new TooLongAnswers(1_000, () => nowMs);
  expect(isRefused(answers)).toBe(false);
  answers.wasTooLong(asked);
  nowMs = 999;
  expect(isRefused(answers)).toBe(true);
  nowMs = 1_000;
  expect([isRefused(answers), isRefused(answers)]).toEqual([false, true]);
  nowMs = 2_000;
  expect(isRefused(answers)).toBe(false);
});

it('whoever else asks the same, and what else is asked, is asked at once; and so is the same once it was answered', () => {
  const answers = new TooLongAnswers(1_000, () => 0);
  answers.wasTooLong(asked);
  expect(isRefused(answers, { ...asked, headers: ['authorization', 'two'] })).toBe(false);
  expect(isRefused(answers, { ...asked, body: '{"query":"{ some }"}' })).toBe(false);
  answers.wasAnswered(asked);
  expect(isRefused(answers)).toBe(false);
});
