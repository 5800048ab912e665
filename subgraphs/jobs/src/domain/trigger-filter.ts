import { CodedError } from '@tributary/runtime';
import { isEventPath } from './event-paths.ts';
import { type ToldEvent, valueAt } from './told-event.ts';

type Scalar = string | number | boolean | null;

/** One of the tests stands in each condition. An absent value counts as null. */
export interface TriggerCondition {
  readonly path: string;
  readonly eq?: Scalar;
  readonly in?: readonly Scalar[];
  /** The value is a list, and this is in it. */
  readonly contains?: Scalar;
}

/** Which events of its topic a trigger is for: all of these must hold. */
export interface TriggerFilter {
  readonly types: readonly string[];
  /** '' for all; with a * at its end, all that begin so. */
  readonly subject: string;
  readonly conditions: readonly TriggerCondition[];
}

const mostConditions = 10;
const mostValues = 100;
const longestText = 500;
/** Of all texts in the conditions together: those of every trigger are read whenever something happens. */
const mostCharacters = 64 * 1024;
const tests = ['eq', 'in', 'contains'] as const;

/** @throws CodedError BAD_USER_INPUT for a condition that cannot be decided; and what `checkPath` throws */
export function checkedConditions(
  asked: readonly ({ readonly path: string } & { readonly [Test in (typeof tests)[number]]?: unknown })[],
  checkPath: (path: string) => void,
): readonly TriggerCondition[] {
  if (asked.length > mostConditions) throw bad(`A trigger has ${mostConditions} conditions at most.`);
  let characters = 0;
  return asked.map((condition) => {
    const { path } = condition;
    const given = tests.filter((test) => condition[test] !== undefined);
    const [test, ...others] = given;
    if (!isEventPath(path)) throw bad('A path has names with dots between them, such as data.model.');
    checkPath(path);
    if (test === undefined || others.length > 0)
      throw bad(`The condition on ${path} needs one of eq, in, contains.`);
    const value = condition[test];
    const values = test === 'in' ? value : [value];
    if (!Array.isArray(values) || values.length > mostValues || !values.every(isScalar))
      throw bad(`The condition on ${path} compares with texts, numbers, booleans and null.`);
    for (const each of values) characters += typeof each === 'string' ? each.length : 0;
    if (characters > mostCharacters)
      throw bad(`The texts of all conditions have ${mostCharacters} characters at most.`);
    return { path, [test]: value };
  });
}

export function matches({ types, subject, conditions }: TriggerFilter, event: ToldEvent): boolean {
  return (
    types.includes(event.type) &&
    isSubject(subject, event.subject) &&
    conditions.every((condition) => holds(condition, valueAt(event, condition.path) ?? null))
  );
}

function holds(condition: TriggerCondition, value: unknown): boolean {
  if (condition.eq !== undefined) return value === condition.eq;
  if (condition.in !== undefined) return condition.in.some((wanted) => value === wanted);
  return Array.isArray(value) && value.includes(condition.contains);
}

function isSubject(wanted: string, subject: string): boolean {
  if (wanted === '') return true;
  return wanted.endsWith('*') ? subject.startsWith(wanted.slice(0, -1)) : subject === wanted;
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'string') return value.length <= longestText && !/[\0\p{Surrogate}]/u.test(value);
  return value === null || typeof value === 'boolean' || Number.isFinite(value);
}

function bad(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { details: { argument: 'conditions' } });
}
