import { isJsonObject, type JsonObject, readOwn } from './own-keys.ts';

/** A place in the answer as plans write it: response keys, and `@` for every element of a list. */
export type PlanPath = readonly string[];
/** A place as clients see it. */
export type AnswerPath = readonly (string | number)[];

/** The objects at a place, in document order; what is null or absent on the way has none. */
export function objectsAt(root: JsonObject, path: PlanPath): readonly JsonObject[] {
  const found: JsonObject[] = [];
  collect(root, path, 0, found);
  return found;
}

function collect(value: unknown, path: PlanPath, depth: number, found: JsonObject[]): void {
  let current = value;
  for (let at = depth; at < path.length; at += 1) {
    const step = path[at] as string;
    if (step === '@') {
      if (Array.isArray(current)) for (const element of current) collect(element, path, at + 1, found);
      return;
    }
    if (!isJsonObject(current)) return;
    current = readOwn(current, step);
  }
  if (isJsonObject(current)) found.push(current);
}

/** The client's path of each object that `objectsAt` finds, in the same order. Walked only when there is an error to place. */
export function pathsAt(root: JsonObject, path: PlanPath): readonly AnswerPath[] {
  const found: AnswerPath[] = [];
  const walk = (value: unknown, depth: number, trail: AnswerPath): void => {
    const step = path[depth];
    if (step === undefined) {
      if (isJsonObject(value)) found.push(trail);
    } else if (step === '@') {
      if (!Array.isArray(value)) return;
      for (const [index, element] of value.entries()) walk(element, depth + 1, [...trail, index]);
    } else if (isJsonObject(value)) walk(readOwn(value, step), depth + 1, [...trail, step]);
  };
  walk(root, 0, []);
  return found;
}
