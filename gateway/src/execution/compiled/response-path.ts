import type { PlanPath, PlanStep, TypeStep } from '../../planning/plan.ts';
import { type JsonObject, readOwn } from './own-keys.ts';
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

export interface WantedPlaces extends Pick<WantedObjects, 'path' | 'applies'> {
  /** Whether a place of this object is wanted still; once it is not, it never is again. All are where this is absent. */
  readonly isWanted?: (object: JsonObject) => boolean;
}

/**
 * The client's path of each object that stands at a place, wherever and however often it does, in document order. Asked only when there is an error to tell. What
 * stands in several places may stand in millions: no more are walked than whoever asks takes, and where nothing wanted was found once, nothing is looked for again.
 */
export function* placesAt(
  { data, shared }: Pick<PlanRun, 'data' | 'shared'>,
  { path, applies, isWanted = () => true }: WantedPlaces,
): Generator<PlacedObject, undefined> {
  const barren = new Set<object>();
  const trail: (string | number)[] = [];
  let found = 0;
  function* walk(value: unknown, depth: number): Generator<PlacedObject, undefined> {
    if (typeof value !== 'object' || value === null || barren.has(value)) return;
    const before = found;
    const step: PlanStep | undefined = path[depth];
    if (Array.isArray(value)) {
      const next = step === '@' ? depth + 1 : depth;
      for (const [index, element] of value.entries()) {
        trail.push(index);
        yield* walk(element, next);
        trail.pop();
      }
    } else {
      const object = value as JsonObject;
      if (step === undefined) {
        if (!isWanted(object)) return;
        found += 1;
        yield { path: [...trail], object };
      } else if (typeof step !== 'string') {
        if (isOf(object, step, applies)) yield* walk(object, depth + 1);
      } else if (step !== '@') {
        trail.push(step);
        yield* walk(readOwn(object, step), depth + 1);
        trail.pop();
      }
    }
    if (found === before && shared.has(value)) barren.add(value);
  }
  yield* walk(data, 0);
}
