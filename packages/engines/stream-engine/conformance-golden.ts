import { type TestRow, testPipeline } from './conformance-rows.ts';
import type { Pipeline } from './port.ts';

export interface GoldenRow extends TestRow {
  /** The row, by its place among those before, whose event the log holds once more here, with the same id. */
  readonly repeats?: number;
}

export interface GoldenCase {
  readonly name: string;
  readonly pipeline: Pipeline;
  readonly rows: readonly GoldenRow[];
  /** By group and start: place, start and end in seconds, rows, sum. */
  readonly expected: readonly (readonly (string | number | null)[])[];
  readonly late: number;
}

const at = (seconds: number, place: string, amount: number): TestRow => ({
  timeMs: seconds * 1_000,
  place,
  amount,
});

const again = (row: TestRow, repeats: number): GoldenRow => ({ ...row, repeats });

const base = testPipeline({
  groupings: [['place']],
  measures: [
    { name: 'rows', function: 'count' },
    { name: 'sum', function: 'sum', field: 'amount' },
  ],
  outOfOrdernessMs: 2_000,
  allowedLatenessMs: 10_000,
});

const visit = { name: 'VISIT', kind: 'session', gapMs: 5_000 } as const;

/** Worked out by hand: what any engine must answer. All rows go through one partition, in this order. */
export const golden: readonly GoldenCase[] = [
  {
    name: 'tumbling windows take rows out of order, start inside and end outside',
    pipeline: base,
    rows: [at(3, 'DTW', 1), at(10, 'DTW', 10), at(9.999, 'DTW', 100), at(0, 'DTW', 1_000), at(20, 'LAS', 7)],
    expected: [
      ['DTW', 0, 10, 3, 1_101],
      ['DTW', 10, 20, 1, 10],
      ['LAS', 20, 30, 1, 7],
    ],
    late: 0,
  },
  {
    name: 'a late row updates its window while it may, and is kept out afterwards',
    pipeline: base,
    // After 21 s the watermark is 19 s: the window that ends at 10 s takes rows until the watermark is 20 s.
    rows: [
      at(1, 'DTW', 1),
      at(21, 'DTW', 10),
      at(2, 'DTW', 100),
      at(22, 'DTW', 20),
      at(3, 'DTW', 1_000),
      at(11, 'DTW', 5),
    ],
    expected: [
      ['DTW', 0, 10, 2, 101],
      ['DTW', 10, 20, 1, 5],
      ['DTW', 20, 30, 2, 30],
    ],
    late: 1,
  },
  {
    name: 'an event that the log holds again counts once, in its window and among those that are late',
    pipeline: base,
    rows: [
      at(1, 'DTW', 1),
      at(2, 'DTW', 1),
      again(at(1, 'DTW', 1), 0),
      at(22, 'DTW', 20),
      at(3, 'DTW', 1_000),
      again(at(2, 'DTW', 1), 1),
      again(at(3, 'DTW', 1_000), 4),
      again(at(22, 'DTW', 20), 3),
      at(23, 'DTW', 30),
    ],
    expected: [
      ['DTW', 0, 10, 2, 2],
      ['DTW', 20, 30, 2, 50],
    ],
    late: 1,
  },
  {
    name: 'hopping windows overlap: each row counts in every one that holds it',
    pipeline: {
      ...base,
      windows: [{ name: 'HOP', kind: 'hop', sizeMs: 10_000, slideMs: 5_000, offsetMs: 0 }],
    },
    rows: [at(7, 'DTW', 1), at(4, 'DTW', 10), at(-1, 'DTW', 100)],
    expected: [
      ['DTW', -10, 0, 1, 100],
      ['DTW', -5, 5, 2, 110],
      ['DTW', 0, 10, 2, 11],
      ['DTW', 5, 15, 1, 1],
    ],
    late: 0,
  },
  {
    name: 'sessions grow, start earlier and join when a row closes the gap between them',
    pipeline: { ...base, windows: [visit] },
    rows: [
      at(10, 'DTW', 1),
      at(17, 'DTW', 10),
      at(13, 'DTW', 100),
      at(8, 'DTW', 1_000),
      at(30, 'DTW', 7),
      at(35, 'DTW', 8),
    ],
    expected: [
      ['DTW', 8, 22, 4, 1_111],
      ['DTW', 30, 35, 1, 7],
      ['DTW', 35, 40, 1, 8],
    ],
    late: 0,
  },
  {
    name: 'a row that is late for its session counts as late once, in however many groupings it would be',
    pipeline: { ...base, groupings: [[], ['place']], windows: [visit] },
    // After 30 s the watermark is 28 s: a session that ends at 18 s is closed.
    rows: [at(1, 'DTW', 1), at(30, 'DTW', 10), at(2, 'DTW', 100), at(3, 'DTW', 100), at(31, 'DTW', 20)],
    expected: [
      ['DTW', 1, 6, 1, 1],
      ['DTW', 30, 36, 2, 30],
    ],
    late: 2,
  },
  {
    name: 'a row that is late for its session and for other windows counts as late once, and so does one that is late for some of them alone',
    pipeline: {
      ...base,
      groupings: [[], ['place']],
      windows: [visit, { name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 }],
    },
    // After 30 s the window up to 20 s is open, and the session of a row at 12 s is not.
    rows: [at(1, 'DTW', 1), at(30, 'DTW', 10), at(2, 'DTW', 100), at(12, 'DTW', 100), at(31, 'DTW', 20)],
    expected: [
      ['DTW', 1, 6, 1, 1],
      ['DTW', 30, 36, 2, 30],
    ],
    late: 2,
  },
];
