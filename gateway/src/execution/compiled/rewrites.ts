import type { FetchDataRewrite } from '@apollo/query-planner';
import { isJsonObject, type JsonObject, readOwn, writeOwn } from './own-keys.ts';
import type { TypeCondition } from './type-conditions.ts';

/** Changes data on its way into or out of a fetch: a planner's alias becomes the client's key, an interface object its interface. */
export type Rewrite = (data: unknown) => void;

const fragmentMark = '... on ';

/** @returns undefined where the plan wants none, so that most fetches skip the step. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  applies: TypeCondition,
): Rewrite | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const steps = rewrites.map((rewrite) => compileRewrite(rewrite, applies));
  return (data) => {
    for (const step of steps) step(data);
  };
}

function compileRewrite(rewrite: FetchDataRewrite, applies: TypeCondition): Rewrite {
  const last = rewrite.path.at(-1);
  if (last === undefined) return () => undefined;
  const change =
    rewrite.kind === 'ValueSetter'
      ? (object: JsonObject) => writeOwn(object, last, rewrite.setValueTo)
      : (object: JsonObject) => {
          const value = readOwn(object, last);
          if (value === undefined) return;
          writeOwn(object, rewrite.renameKeyTo, value);
          delete object[last];
        };
  return atPath(rewrite.path.slice(0, -1), change, applies);
}

function atPath(
  path: readonly string[],
  change: (object: JsonObject) => void,
  applies: TypeCondition,
): Rewrite {
  const [step, ...rest] = path;
  const next = step === undefined ? undefined : atPath(rest, change, applies);
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (!isJsonObject(value)) return;
    else if (step === undefined || next === undefined) change(value);
    else if (step.startsWith(fragmentMark)) {
      const typename = value['__typename'];
      // Without a type name the subgraph had only one type to answer with.
      if (typeof typename !== 'string' || applies(step.slice(fragmentMark.length), typename)) next(value);
    } else next(readOwn(value, step));
  };
  return visit;
}
