import type { PlanPath, Rewriting } from '../../planning/plan.ts';
import { isJsonObject, type JsonObject, readOwn, writeOwn } from './own-keys.ts';
import type { TypeCondition } from './type-conditions.ts';

/** Changes data on its way into or out of a fetch: a planner's alias becomes the client's key, an interface object its interface. */
export type Rewrite = (data: unknown) => void;

/** @returns undefined where the plan wants none, so that most fetches skip the step. */
export function compileRewrites(rewrites: readonly Rewriting[], applies: TypeCondition): Rewrite | undefined {
  if (rewrites.length === 0) return undefined;
  const steps = rewrites.map((rewrite) => compileRewrite(rewrite, applies));
  return (data) => {
    for (const step of steps) step(data);
  };
}

function compileRewrite(rewrite: Rewriting, applies: TypeCondition): Rewrite {
  const { key } = rewrite;
  const change =
    rewrite.kind === 'set'
      ? (object: JsonObject) => writeOwn(object, key, rewrite.value)
      : (object: JsonObject) => {
          const value = readOwn(object, key);
          if (value === undefined) return;
          writeOwn(object, rewrite.to, together(readOwn(object, rewrite.to), value));
          delete object[key];
        };
  return atPath(rewrite.path, change, applies);
}

function atPath(path: PlanPath, change: (object: JsonObject) => void, applies: TypeCondition): Rewrite {
  const [step, ...rest] = path;
  const next = step === undefined ? undefined : atPath(rest, change, applies);
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (!isJsonObject(value)) return;
    else if (step === undefined || next === undefined) change(value);
    else if (typeof step === 'string') next(readOwn(value, step));
    else {
      const typename = value['__typename'];
      // Without a type name the subgraph had only one type to answer with.
      if (typeof typename !== 'string' || step.types.some((type) => applies(type, typename))) next(value);
    }
  };
  return visit;
}

/**
 * One field that was asked for under two names, since an interface has it in another shape than one of its types: of objects each name brought a part. Where one
 * is null its part failed by itself.
 */
function together(present: unknown, value: unknown): unknown {
  if (present === undefined || present === null) return value;
  if (value === null) return present;
  if (Array.isArray(present) && Array.isArray(value))
    return value.map((element, at) => together(present[at], element));
  if (!isJsonObject(present) || !isJsonObject(value)) return value;
  const both: JsonObject = { ...present };
  for (const key of Object.keys(value)) writeOwn(both, key, together(readOwn(present, key), value[key]));
  return both;
}
