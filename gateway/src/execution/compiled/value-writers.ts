import { errorLimit } from '../answer-errors.ts';
import { type Completion, isEnoughTold, tellAbsent, tellBroken } from './completion.ts';
import type { LeafWriter } from './leaf-writers.ts';

/** Writes a value of the answer. */
export type ValueWriter = (value: unknown, completion: Completion) => Written;

/** What became of a value. Of a null nothing is written yet: whoever may hold one writes it. */
export type Written = typeof wrote | typeof isNull | typeof forbiddenNull;
export const wrote = 0;
export const isNull = 1;
/** A null that the schema forbids: it takes what is around it with it. */
export const forbiddenNull = 2;

const nullBytes = Buffer.from('null');
const openList = 0x5b;
const closeList = 0x5d;
const comma = 0x2c;

export function nonNull(inner: ValueWriter, field: string): ValueWriter {
  const message = `Cannot return null for non-nullable field ${field}.`;
  return (value, completion) => {
    const { isExplained, told: before } = completion;
    completion.isAbsence = false;
    if (inner(value, completion) === wrote) return wrote;
    completion.forbidden += 1;
    // Whatever made it null has been told already, or is no error until it meets a place that cannot be null.
    if (completion.told === before && completion.isAbsence) tellAbsent(completion);
    else if (completion.told === before && !isExplained) tellBroken(completion, message);
    return forbiddenNull;
  };
}

export function list(element: ValueWriter, field: string, ofObjects: boolean): ValueWriter {
  const writeElements = (elements: readonly unknown[], completion: Completion): Written => {
    const { answer, trail, isExplained } = completion;
    const start = answer.length;
    answer.byte(openList);
    const at = trail.push(0) - 1;
    for (let index = 0; index < elements.length; index += 1) {
      trail[at] = index;
      if (index > 0) answer.byte(comma);
      // The object before may have been one of which more is known.
      if (ofObjects) completion.isExplained = isExplained;
      const written = element(elements[index], completion);
      if (written === wrote) continue;
      if (written === isNull) {
        answer.raw(nullBytes);
        continue;
      }
      trail.pop();
      answer.length = start;
      return isNull;
    }
    trail.pop();
    answer.byte(closeList);
    return wrote;
  };
  return (value, completion) => {
    if (value === undefined || value === null) return isNull;
    if (Array.isArray(value)) return writeOnce(value, completion, writeElements);
    tellBroken(completion, `The value of ${field} is no list.`);
    return isNull;
  };
}

export function leaf(write: LeafWriter, message: string): ValueWriter {
  return (value, completion) => {
    if (value === undefined || value === null) return isNull;
    if (write(value, completion.answer)) return wrote;
    tellBroken(completion, message);
    return isNull;
  };
}

/**
 * What stands in several places of the answer is written at the first and copied at the others, unless there is something to tell of it at each. What comes to
 * nothing is tried again until no more of it would be told: it leaves no bytes, so that the bound of an answer would not end it.
 */
export function writeOnce<Value extends object>(
  value: Value,
  completion: Completion,
  write: (value: Value, completion: Completion) => Written,
): Written {
  const { answer, shared } = completion;
  const part = shared.size === 0 ? undefined : shared.get(value);
  if (part === undefined) return write(value, completion);
  const { told, forbidden } = completion;
  if (part.writer === write && part.forbidden === forbidden) {
    answer.again(part.from, part.to);
    return wrote;
  }
  const { failed } = part;
  if (failed?.writer === write && (isEnoughTold(completion) || failed.times >= errorLimit)) {
    if (failed.isTold) completion.told += 1;
    completion.isAbsence = failed.isAbsence;
    return failed.outcome;
  }
  const from = answer.length;
  const written = write(value, completion);
  const isTold = completion.told !== told;
  if (written !== wrote) {
    const times = (failed?.writer === write ? failed.times : 0) + 1;
    part.failed = { writer: write, outcome: written, isAbsence: completion.isAbsence, isTold, times };
  } else if (!isTold && completion.forbidden === forbidden) {
    part.writer = write;
    part.from = from;
    part.to = answer.length;
    part.forbidden = forbidden;
  }
  return written;
}

export const writeJson: ValueWriter = (value, { answer }) => {
  if (value === undefined || value === null) return isNull;
  answer.text(JSON.stringify(value));
  return wrote;
};
