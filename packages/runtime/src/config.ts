import { z } from 'zod';
import { CodedError } from './coded-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment once, at the start of a process. All faults are reported together, in one sentence each.
 * A setting that is empty (`PORT=`) counts as not given: then `profile` answers, then the schema's default.
 * @throws CodedError CONFIG_INVALID naming every setting that is missing or wrong.
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: Environment,
  profile: Environment = {},
): Readonly<z.infer<Schema>> {
  const given = Object.entries(env).filter(([, value]) => value !== '');
  const parsed = schema.safeParse({ ...profile, ...Object.fromEntries(given) });
  if (parsed.success) return Object.freeze(parsed.data as object) as Readonly<z.infer<Schema>>;
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'settings'}: ${issue.message}`,
  );
  throw new CodedError('CONFIG_INVALID', `The configuration is not usable: ${faults.join('; ')}.`, {
    details: { faults },
  });
}

/** A setting whose text is JSON; `fault` says what it must be (`must be a JWK in JSON`). What the JSON holds is its reader's to check. */
export function jsonSetting<Value>(fault: string) {
  return z.string().transform((text, context): Value => {
    try {
      return JSON.parse(text) as Value;
    } catch {
      context.addIssue(fault);
      return z.NEVER;
    }
  });
}
