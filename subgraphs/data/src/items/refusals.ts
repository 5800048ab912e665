import { CodedError } from '@tributary/runtime';
import { type Attribute, keyAttributes, type Model } from '../models/model.ts';

/** Absent, of another tenant, or not for this reader: one answer for all, so that nothing can be learnt from it. */
export function notFound(model: Model): CodedError {
  return new CodedError('NOT_FOUND', `There is no such ${model.name}.`, { details: { model: model.name } });
}

/** A unique value or an id is taken; which, where that is known (what was in the way may be gone again). */
export function takenBy(model: Model, attribute?: Attribute): CodedError {
  const fields = attribute === undefined ? keyAttributes(model).map(({ name }) => name) : [attribute.name];
  return new CodedError('CONFLICT', `Another ${model.name} has the same ${fields.join(' or ')}.`, {
    details: { model: model.name, fields },
  });
}

export function inUse(
  model: Model,
  { by, count }: { readonly by: string; readonly count: number },
): CodedError {
  return new CodedError(
    'STILL_REFERENCED',
    `This ${model.name} cannot be deleted: ${by} of ${count} still refers to it.`,
    {
      details: { model: model.name, referredBy: by, count },
    },
  );
}

export function versionConflict(model: Model, currentVersion: unknown): CodedError {
  return new CodedError(
    'VERSION_CONFLICT',
    `This ${model.name} is at version ${String(currentVersion)} by now.`,
    {
      details: { model: model.name, currentVersion },
    },
  );
}

/** All that is wrong with one input in one error: the words of the first, and each with its place (RFC 6901). */
export function allFaults(faults: readonly [CodedError, ...CodedError[]]): CodedError {
  const [first, ...others] = faults;
  if (others.length === 0) return first;
  const errors = faults.map(({ message, details }) => ({
    pointer: `/${String(details['field'])}`,
    detail: message,
  }));
  return new CodedError(first.code, first.message, { details: { ...first.details, errors } });
}

export function badInput(field: string, problem: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${field} ${problem}.`, { details: { field } });
}
