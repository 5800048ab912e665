import { CodedError } from '@tributary/runtime';
import pg from 'pg';

/**
 * What the database calls the constraint that a statement broke; undefined when none was. For code that says it in the words of its models:
 * such a name is no part of any answer.
 */
export function violatedConstraint(error: unknown): string | undefined {
  const cause = error instanceof CodedError ? error.cause : error;
  return cause instanceof pg.DatabaseError ? cause.constraint : undefined;
}
