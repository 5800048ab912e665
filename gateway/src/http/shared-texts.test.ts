import { expect, test } from 'vitest';
import { CallerGone, Leaving } from '../execution/departure.ts';
import { SharedTexts } from './shared-texts.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one text on the same terms is asked once a moment, on others apart, and is forgotten when it is answered', async () => {
  const shared = new SharedTexts<string>();
  const gates: (() => void)[] = [];
  const began: string[] = [];
  const ask = (text: string, terms: string, gone?: Leaving): Promise<string> =>
    shared.answer(
      { text, terms },
      async () => {
        began.push(`${terms} ${text}`);
        await new Promise<void>((resolve) => gates.push(resolve));
        return `${terms} ${text} ${began.length}`;
      },
      gone,
    );
  const here = new Leaving();
  const asked = [ask('q', 'a'), ask(['q'].join(), 'a'), ask('q', 'b'), ask('r', 'a')];
  const left = ask('s', 'a', here);
  here.abort();
  await expect(left).rejects.toBeInstanceOf(CallerGone);
  await turn();
  expect(began).toEqual(['a q', 'b q', 'a r']);
  // One that comes while it is asked is told what was so after it came.
  asked.push(ask('q', 'a'));
  for (const open of gates.splice(0)) open();
  await turn();
  expect(began).toEqual(['a q', 'b q', 'a r', 'a q']);
  expect(shared.size).toBe(1);
  for (const open of gates.splice(0)) open();
  expect(await Promise.all(asked)).toEqual(['a q 3', 'a q 3', 'b q 3', 'a r 3', 'a q 4']);
  await turn();
  expect(shared.size).toBe(0);
});
