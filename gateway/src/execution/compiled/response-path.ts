import type { PlanPath, PlanStep, TypeStep } from '../../planning/plan.ts';
import { isJsonObject, type JsonObject, readOwn } from './own-keys.ts';
import type { PlanRun } from './plan-run.ts';
import type { TypeCondition } from './type-conditions.ts';

/** A place as clients see it. */
export type AnswerPath = readonly (string | number)[];

export interface PlacedObject {
  readonly path: AnswerPath;
  readonly object: JsonObject;
}

export interface WantedObjects {
  readonly path: PlanPath;
  readonly applies: TypeCondition;
  /** Where to put them. */
  readonly found?: JsonObject[];
}

/**
 * The objects at a place, in document order; what is null or absent on the way has none. What stands in several places is walked once: a path has
 * the same number of steps to each of them.
 */
export function objectsAt(run: PlanRun, { path, applies, found = [] }: WantedObjects): readonly JsonObject[] {
  const { shared } = run;
  run.walks += 1;
  const walk = run.walks;
  const collect = (value: unknown, depth: number): void => {
    let current = value;
    for (let at = depth; at <= path.length; at += 1) {
      if (typeof current !== 'object' || current === null) return;
      if (shared.size > 0) {
        const part = shared.get(current);
        // A step on types stays at its object.
        if (part !== undefined && typeof path[at - 1] !== 'object') {
          if (part.walk === walk) return;
          part.walk = walk;
        }
      }
      const step = path[at];
      if (Array.isArray(current)) {
        const next = step === '@' ? at + 1 : at;
        for (const element of current) collect(element, next);
        return;
      }
      if (step === '@') return;
      const object = current as JsonObject;
      if (step === undefined) found.push(object);
      else if (typeof step === 'string') current = readOwn(object, step);
      else if (!isOf(object, step, applies)) return;
    }
  };
  collect(run.data, 0);
  return found;
}

function isOf(object: JsonObject, { types, unknown }: TypeStep, applies: TypeCondition): boolean {
  const typename = object['__typename'];
  if (typeof typename !== 'string') return false;
  return typename === unknown || types.some((type) => applies(type, typename));
}

/** The client's path of each object that stands at a place, wherever and however often it does. Walked only when there is an error to tell. */
export function placesAt(root: JsonObject, path: PlanPath, applies: TypeCondition): readonly PlacedObject[] {
  const found: PlacedObject[] = [];
  const walk = (value: unknown, depth: number, trail: AnswerPath): void => {
    const step: PlanStep | undefined = path[depth];
    if (Array.isArray(value)) {
      const next = step === '@' ? depth + 1 : depth;
      for (const [index, element] of value.entries()) walk(element, next, [...trail, index]);
    } else if (step === '@' || !isJsonObject(value)) return;
    else if (step === undefined) found.push({ path: trail, object: value });
    else if (typeof step === 'string') walk(readOwn(value, step), depth + 1, [...trail, step]);
    else if (isOf(value, step, applies)) walk(value, depth + 1, trail);
  };
  walk(root, 0, []);
  return found;
}
