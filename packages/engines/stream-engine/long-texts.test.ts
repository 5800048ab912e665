import { expect, test } from 'vitest';
import { eventOf, recordOf, testPipeline, workspaceId } from './conformance-rows.ts';
import { planMeasures } from './measure-plan.ts';
import { distinctText, rowReader } from './row-batch.ts';
import { inParts } from './statement-parts.ts';
import { Distinct } from './summaries.ts';
import { noWatermark } from './watermark.ts';
import { Windower } from './windower.ts';

const nothingStored = { groups: [], watermark: noWatermark, overflow: 0 };
const pipeline = testPipeline({
  groupings: [[]],
  dimensions: [],
  measures: [{ name: 'texts', function: 'distinct', field: 'text' }],
});

/** The one window of events with these texts, and what the windower weighs with it. */
function counted(texts: readonly string[]) {
  const plan = planMeasures(pipeline);
  const windower = new Windower({ pipeline, plan, firstGroupId: 1 });
  const batch = rowReader(
    pipeline,
    plan,
  )(texts.map((text, at) => recordOf(eventOf(`e${at}`, { properties: { at: '2026-11-01', text } }), at)));
  windower.adoptWorkspace(workspaceId, nothingStored);
  windower.apply(batch, { partitions: 1, awaited: [] });
  const [change] = windower.takeChanges().changed;
  return { texts: change?.values[0], characters: change?.cell.state().length ?? 0, weight: windower.size };
}

test.each([
  ['quotes', '"'],
  ['control characters', '\u0001'],
  ['letters', 'a'],
])('different texts of a thousand %s are told apart, and take a window a few kilobytes', (_, character) => {
  const texts = Array.from({ length: 250 }, (_, at) => character.repeat(1_000 + at));
  const { texts: count, characters } = counted([...texts, ...texts]);
  expect(count).toBe(250);
  expect(characters).toBeLessThan(20_000);
});

test('a name or an id is kept as it is', () => {
  for (const text of ['0190a1b2-0000-7000-8000-000000000001', 'São Paulo/Guarulhos', 'a'.repeat(64)])
    expect(distinctText(text)).toBe(text);
});

test('windows that keep many values weigh more than those that keep few', () => {
  const [few, many] = [counted(['a']), counted(Array.from({ length: 250 }, (_, at) => `text ${at}`))];
  expect(few.weight).toBe(2);
  expect(many.weight).toBeGreaterThan(15);
});

test('a long text of a window that was stored before such were shortened is still the same', () => {
  const long = 'a long story '.repeat(20);
  const stored = Distinct.from({
    counts: [
      [long, 1],
      ['short', 2],
    ],
  });
  stored.add(distinctText(long) ?? '', 1);
  expect(stored.size).toBe(2);
  stored.add(distinctText(long) ?? '', -2);
  expect(stored.size).toBe(1);
});

test('what a batch changed is cut into statements of bounded size, in its order and with nothing left out', () => {
  const values = Array.from({ length: 23 }, (_, at) => at);
  const made: number[] = [];
  const parts = inParts(values, (at) => {
    made.push(at);
    return 'x'.repeat(1024 * 1024);
  });
  const cut: (readonly number[])[] = [];
  for (const part of parts) {
    cut.push(part.map(({ value }) => value));
    // Only the statement at hand is in memory.
    expect(made).toHaveLength(cut.flat().length);
  }
  expect(cut.flat()).toEqual(values);
  expect(Math.max(...cut.map(({ length }) => length))).toBe(4);
  expect([...inParts([], String)]).toEqual([]);
});
