import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testPipeline } from './conformance-rows.ts';
import { planMeasures } from './measure-plan.ts';
import { SessionCells } from './session-cells.ts';
import { WindowCell } from './window-cell.ts';

const plan = planMeasures(testPipeline());

/** A cell that tells when it is looked at. */
class Watched extends WindowCell {
  constructor(startMs: number, onLook: () => void) {
    super(plan, { startMs, endMs: startMs + 10 });
    let end = this.endMs;
    Object.defineProperty(this, 'endMs', {
      get: () => {
        onLook();
        return end;
      },
      set: (value: number) => {
        end = value;
      },
    });
  }
}

test('of thousands of open sessions a row looks at those around it alone', () => {
  let looks = 0;
  const cells = new SessionCells();
  for (let n = 0; n < 20_000; n += 1) cells.set(n * 20, new Watched(n * 20, () => (looks += 1)));
  for (const [at, found] of [
    [100_005, [100_000]],
    [100_015, [100_020]],
    [400_000, []],
    [-100, []],
  ] as const)
    expect(cells.around({ startMs: at, endMs: at + 10 }).map(({ startMs }) => startMs)).toEqual(found);
  expect(looks).toBeLessThan(20);
});

test('sessions that come and go in any order are found as a look at all of them finds them', () => {
  const slot = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(fc.array(fc.tuple(slot, fc.boolean()), { maxLength: 80 }), slot, (steps, place) => {
      const cells = new SessionCells();
      for (const [n, comes] of steps) {
        if (comes) cells.set(n * 20, new WindowCell(plan, { startMs: n * 20, endMs: n * 20 + 15 }));
        else cells.delete(n * 20);
      }
      const bounds = { startMs: place * 20 - 8, endMs: place * 20 + 30 };
      const all = [...cells.values()].filter(
        ({ startMs, endMs }) => bounds.startMs < endMs && bounds.endMs > startMs,
      );
      expect(cells.around(bounds)).toEqual(all.sort((one, other) => one.startMs - other.startMs));
    }),
  );
});
