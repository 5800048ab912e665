import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Leaving } from '../execution/departure.ts';
import { SharedAnswers } from './shared-answers.ts';

/** A value that is written and read; each read takes as long as the test lets it. */
function readable() {
  let value = 0;
  let reads = 0;
  const gates: (() => void)[] = [];
  return {
    write: () => {
      value += 1;
      return value;
    },
    read: async () => {
      reads += 1;
      const seen = value;
      await new Promise<void>((resolve) => gates.push(resolve));
      return seen;
    },
    letOneFinish: () => gates.shift()?.(),
    reads: () => reads,
    waiting: () => gates.length,
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('fifty equal questions of one moment take one execution, and fifty that come while it runs another', async () => {
  const answers = new SharedAnswers<number>();
  const store = readable();
  const asked = Array.from({ length: 50 }, () => answers.answer('q', store.read));
  await turn();
  expect(store.reads()).toBe(1);
  asked.push(...Array.from({ length: 50 }, () => answers.answer('q', store.read)));
  store.letOneFinish();
  await turn();
  store.letOneFinish();
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 100 }, () => 0));
  expect(store.reads()).toBe(2);
});

test('those who were answered together ask the next question together', async () => {
  const answers = new SharedAnswers<number>();
  const store = readable();
  const askTwice = async (key: string) => {
    await answers.answer(key, store.read);
    return answers.answer(`${key} next`, store.read);
  };
  const asked = Array.from({ length: 50 }, () => askTwice('q'));
  for (let answered = 0; answered < 2; answered += 1) {
    await turn();
    store.letOneFinish();
  }
  await Promise.all(asked);
  expect(store.reads()).toBe(2);
});

test('different questions never share', async () => {
  const answers = new SharedAnswers<string>();
  const asked = ['a', 'b', 'c'].map((key) => answers.answer(key, async () => key));
  expect(await Promise.all(asked)).toEqual(['a', 'b', 'c']);
});

test('an execution that fails fails for those who share it, and the next one runs', async () => {
  const answers = new SharedAnswers<string>();
  const away = async () => Promise.reject(new Error('away'));
  const failing = [answers.answer('q', away), answers.answer('q', async () => 'never')];
  for (const failed of failing) await expect(failed).rejects.toThrow('away');
  expect(await answers.answer('q', async () => 'back')).toBe('back');
});

test('an execution that cannot begin fails for those who share it, and the next one runs', async () => {
  const answers = new SharedAnswers<string>();
  const broken = () => {
    throw new Error('broken');
  };
  for (const failed of [answers.answer('q', broken), answers.answer('q', broken)])
    await expect(failed).rejects.toThrow('broken');
  expect(await answers.answer('q', async () => 'whole')).toBe('whole');
});

test('whoever asks after a write never gets an answer from before it, in any order of events', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('ask', 'write', 'finish', 'turn'), { maxLength: 60 }),
      async (steps) => {
        const answers = new SharedAnswers<number>();
        const store = readable();
        const asked: Promise<void>[] = [];
        let written = 0;
        for (const step of steps) {
          if (step === 'write') written = store.write();
          if (step === 'finish') store.letOneFinish();
          if (step === 'turn') await turn();
          if (step === 'ask') {
            const before = written;
            asked.push(
              answers.answer('q', store.read).then((seen) => expect(seen).toBeGreaterThanOrEqual(before)),
            );
          }
        }
        let settled = false;
        const all = Promise.all(asked).finally(() => {
          settled = true;
        });
        while (!settled) {
          store.letOneFinish();
          await turn();
        }
        await all;
      },
    ),
    { numRuns: 300 },
  );
});

test('so many wait for one question, and the next is refused without an execution for it', async () => {
  const answers = new SharedAnswers<number>(2);
  const store = readable();
  const here = new Leaving();
  const asked = [answers.answer('q', store.read, here)];
  await turn();
  asked.push(answers.answer('q', store.read, here));
  await expect(answers.answer('q', store.read, here)).rejects.toMatchObject({ code: 'OVERLOADED' });
  store.letOneFinish();
  await turn();
  store.letOneFinish();
  expect(await Promise.all(asked)).toEqual([0, 0]);
  expect(store.reads()).toBe(2);
  const next = answers.answer('q', store.read, here);
  await turn();
  store.letOneFinish();
  expect(await next).toBe(0);
});

test('who waits for an older execution counts when a later one is answered first', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const answers = new SharedAnswers<string>(2);
    const here = new Leaving();
    const gates = new Map<string, () => void>();
    const ask = (name: string) =>
      answers.answer('q', () => new Promise((resolve) => gates.set(name, () => resolve(name))), here);
    const older = ask('older');
    await turn();
    const later = ask('later');
    vi.runOnlyPendingTimers();
    await turn();
    gates.get('later')?.();
    expect(await later).toBe('later');
    const last = ask('last');
    await turn();
    await expect(ask('one too many')).rejects.toMatchObject({ code: 'OVERLOADED' });
    for (const name of ['older', 'last']) gates.get(name)?.();
    expect(await Promise.all([older, last])).toEqual(['older', 'last']);
  } finally {
    vi.useRealTimers();
  }
});
