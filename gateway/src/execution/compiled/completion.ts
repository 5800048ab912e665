import { CodedError, ExplainedError } from '@tributary/runtime';
import { GraphQLError } from 'graphql';
import type { AnswerBytes } from './answer-bytes.ts';
import type { JsonObject } from './own-keys.ts';
import type { SharedParts } from './shared-parts.ts';

/** The writing of one answer: where in it we are, and what went wrong there. */
export interface Completion {
  readonly answer: AnswerBytes;
  readonly trail: (string | number)[];
  readonly errors: GraphQLError[];
  /** How often something was to be told; few of many become errors. */
  told: number;
  /** Whether a null at this path is news to whoever asked. */
  readonly isUnexplained: (path: readonly (string | number)[]) => boolean;
  readonly absent: ReadonlySet<JsonObject>;
  readonly bereft: ReadonlySet<JsonObject>;
  readonly incomplete: ReadonlySet<JsonObject>;
  readonly shared: SharedParts;
  /** How many nulls took what was around them along. */
  forbidden: number;
  /** Of the object whose fields are being completed it is known why some are missing: it does not exist, or a fetch brought nothing. */
  isExplained: boolean;
  /** The last null that came up stands for such an object. */
  isAbsence: boolean;
}

/** Of a value that is not what the schema says, or is not there: found when the answer was put together. */
export class CompletionError extends GraphQLError {}

/** A subgraph that breaks its own contract does so for every row: said this often, it is said. */
const toldLimit = 5;

/** Whether nothing more of this answer will be told. */
export function isEnoughTold({ errors }: Completion): boolean {
  return errors.length >= toldLimit;
}

/** Errors know where they were made, which costs more than all the rest: of millions of wrong values no more are made than are told. */
function isToBeTold(completion: Completion): boolean {
  completion.told += 1;
  return !isEnoughTold(completion) && completion.isUnexplained(completion.trail);
}

/** A promise of the schema that a subgraph broke is no fault of the caller's: it is masked like any surprise, and operators find in the log which it was. */
export function tellBroken(completion: Completion, message: string): void {
  if (!isToBeTold(completion)) return;
  const originalError = new ExplainedError(message);
  completion.errors.push(new CompletionError(message, { path: [...completion.trail], originalError }));
}

/** An absent entity is a null like any other where there may be one; here something cannot be without it. */
export function tellAbsent(completion: Completion): void {
  if (!isToBeTold(completion)) return;
  const originalError = new CodedError('NOT_FOUND', 'Something that this cannot be without does not exist.');
  const { message, code } = originalError;
  const path = [...completion.trail];
  completion.errors.push(new CompletionError(message, { originalError, extensions: { code }, path }));
}
