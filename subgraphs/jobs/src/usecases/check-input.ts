import { boundedJson, queueLimits } from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';
import { z } from 'zod';
import type { JobRecord } from '../adapters/definition-table.ts';
import { inputFaults } from '../domain/input-faults.ts';

/** By the schema's own object: a call loads a job's row once, and its schema is compiled once for all of its runs. */
const compiled = new WeakMap<object, z.ZodType>();

/**
 * Checks an input against what the runner said the job takes, so that a person hears of a fault now and not from a failed run. The runner checks
 * again, by its own schema.
 * @throws CodedError BAD_USER_INPUT naming every fault, PAYLOAD_TOO_LARGE
 */
export function checkInput(job: JobRecord, input: unknown): void {
  boundedJson('The input of a run', input, queueLimits.inputBytes);
  const parsed = schemaOf(job).safeParse(input);
  if (parsed.success) return;
  const faults = inputFaults(parsed.error.issues);
  throw new CodedError('BAD_USER_INPUT', `The input does not fit ${job.name}: ${faults.join('; ')}.`, {
    details: { argument: 'input', faults },
  });
}

function schemaOf(job: JobRecord): z.ZodType {
  if (typeof job.inputSchema !== 'object' || job.inputSchema === null) return z.unknown();
  const known = compiled.get(job.inputSchema);
  if (known !== undefined) return known;
  const schema = z.fromJSONSchema(job.inputSchema as Parameters<typeof z.fromJSONSchema>[0]);
  compiled.set(job.inputSchema, schema);
  return schema;
}
