import { testPipeline } from './conformance-rows.ts';
import type { ResultSink } from './port.ts';

/** What the killed processes compute. */
export const ledgerPipeline = testPipeline({
  windows: [
    { name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 },
    { name: 'HOP', kind: 'hop', sizeMs: 20_000, slideMs: 5_000, offsetMs: 0 },
    { name: 'VISIT', kind: 'session', gapMs: 5_000 },
  ],
  allowedLatenessMs: 1e9,
});

/** Writes down every result it is given, in the transaction of the results. */
export const ledgerSink: ResultSink = async (tx, told) => {
  const results = told.flatMap(({ results: windows }) => windows);
  await tx.query('INSERT INTO ledger (key, rows) SELECT * FROM unnest($1::text[], $2::int[])', [
    results.map(({ window, group, startMs }) => JSON.stringify([window, group, startMs])),
    results.map(({ rows }) => rows),
  ]);
};
