import type { PlanPath, PlanStep } from '../../planning/plan.ts';
import { isJsonObject, type JsonObject, readOwn } from './own-keys.ts';
import type { TypeCondition } from './type-conditions.ts';

/** A place as clients see it. */
export type AnswerPath = readonly (string | number)[];

/** The objects at a place, in document order; what is null or absent on the way has none. */
export function objectsAt(root: JsonObject, path: PlanPath, applies: TypeCondition): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const collect = (value: unknown, depth: number): void => {
    let current = value;
    for (let at = depth; at < path.length; at += 1) {
      const step = path[at] as PlanStep;
      if (step === '@') {
        if (Array.isArray(current)) for (const element of current) collect(element, at + 1);
        return;
      }
      if (!isJsonObject(current)) return;
      if (typeof step === 'string') current = readOwn(current, step);
      else if (!isOf(current, step.types, applies)) return;
    }
    if (isJsonObject(current)) found.push(current);
  };
  collect(root, 0);
  return found;
}

function isOf(object: JsonObject, types: readonly string[], applies: TypeCondition): boolean {
  const typename = object['__typename'];
  return typeof typename === 'string' && types.some((type) => applies(type, typename));
}

/** The client's path of each object that `objectsAt` finds, in the same order. Walked only when there is an error to place. */
export function pathsAt(root: JsonObject, path: PlanPath, applies: TypeCondition): readonly AnswerPath[] {
  const found: AnswerPath[] = [];
  const walk = (value: unknown, depth: number, trail: AnswerPath): void => {
    const step = path[depth];
    if (step === '@') {
      if (!Array.isArray(value)) return;
      for (const [index, element] of value.entries()) walk(element, depth + 1, [...trail, index]);
    } else if (!isJsonObject(value)) return;
    else if (step === undefined) found.push(trail);
    else if (typeof step === 'string') walk(readOwn(value, step), depth + 1, [...trail, step]);
    else if (isOf(value, step.types, applies)) walk(value, depth + 1, trail);
  };
  walk(root, 0, []);
  return found;
}
