import { createHash } from 'node:crypto';
import { jobStatements, resultColumns } from './flink-sql.ts';
import { planMeasures } from './measure-plan.ts';
import type { Pipeline } from './port.ts';

/**
 * Of what the job of a pipeline computes, wherever in the log it begins. Flink restores a state into the query that left it and promises nothing for any other
 * one, so jobs of one fingerprint may go on with each other's state, and no others. A declaration says things beside, which jobs know nothing of.
 */
export function jobFingerprint(pipeline: Pipeline): string {
  const plan = planMeasures(pipeline);
  const statements = jobStatements({
    pipeline,
    plan,
    starts: [0],
    backlog: { ends: [0], untilMs: undefined },
  });
  return createHash('sha256')
    .update(JSON.stringify([statements, resultColumns(plan)]))
    .digest('hex');
}
