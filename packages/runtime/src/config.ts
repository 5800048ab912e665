import type { z } from 'zod';
import { CodedError } from './errors.ts';

/**
 * Parses the environment once, at the start of a process. All faults are reported together, in one sentence each.
 * @throws CodedError CONFIG_INVALID naming every setting that is missing or wrong.
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<z.infer<Schema>> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data as object) as Readonly<z.infer<Schema>>;
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'settings'}: ${issue.message}`,
  );
  throw new CodedError('CONFIG_INVALID', `The configuration is not usable: ${faults.join('; ')}.`, {
    details: { faults },
  });
}
