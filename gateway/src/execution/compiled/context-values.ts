import type { ContextArgument, ContextSource, EntityFetch, PlanPath } from '../../planning/plan.ts';
import type { DividedFetch, FetchPart } from './divided-fetch.ts';
import { isJsonObject, type JsonObject, readOwn, writeOwn } from './own-keys.ts';
import type { PlanRun } from './plan-run.ts';
import { isExact } from './representations.ts';
import type { TypeCondition } from './type-conditions.ts';

/** Entities that are asked with the same arguments from context. */
export interface AlikeEntities extends FetchPart {
  /** By variable. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly targets: JsonObject[];
}

export interface ContextParts extends Pick<DividedFetch, 'required' | 'floats'> {
  readonly applies: TypeCondition;
}

/**
 * Finds the entities of a fetch by what stands above them. A value is missing where it could not be brought, and where objects of another type stand above, of
 * which nobody asked for the field: asked without its argument a subgraph would answer something else.
 */
export function compileContext(
  { context, groups }: EntityFetch,
  parts: ContextParts,
): (run: PlanRun) => readonly AlikeEntities[] {
  const variables = context.map(({ variable }) => variable);
  const paths = groups.flatMap((group) => group.paths);
  const readers = paths.map((path) => ({ path, read: valuesReader(context, path, parts) }));
  return ({ data, incomplete }) => {
    const found = new Map<string, AlikeEntities>();
    for (const { path, read } of readers)
      eachAt(data, { path, applies: parts.applies }, (target, above) => {
        const { values, isLost } = read(above);
        if (isLost) incomplete.add(target);
        const name = JSON.stringify(values);
        const alike = found.get(name);
        const missing = variables.filter((variable) => !Object.hasOwn(values, variable));
        if (alike === undefined) found.set(name, { values, missing, targets: [target] });
        else alike.targets.push(target);
      });
    return [...found.values()];
  };
}

interface ContextValues {
  readonly values: Record<string, unknown>;
  /** Of some number the digits were lost: what takes it is not asked, which has to be told. */
  readonly isLost: boolean;
}

type ValuesReader = (above: readonly unknown[]) => ContextValues;

function valuesReader(
  context: readonly ContextArgument[],
  path: PlanPath,
  { required, floats, applies }: ContextParts,
): ValuesReader {
  const readers = context.map(({ variable, sources }) => ({
    variable,
    isRequired: required.has(variable),
    isFloat: floats.has(variable),
    sources: sources.map((source) => ({ at: depthOf(path, source), path: source.path })),
  }));
  return (above) => {
    const values: Record<string, unknown> = {};
    let isLost = false;
    for (const { variable, isRequired, isFloat, sources } of readers) {
      let value: unknown;
      for (const source of sources) {
        value = valueAt(above[source.at], source.path, applies);
        if (value !== undefined) break;
      }
      if (hasLostDigits(value, isFloat)) isLost = true;
      else if (value !== undefined && !(value === null && isRequired)) writeOwn(values, variable, value);
    }
    return { values, isLost };
  };
}

function hasLostDigits(value: unknown, isFloat: boolean): boolean {
  if (Array.isArray(value)) return value.some((element) => hasLostDigits(element, isFloat));
  return typeof value === 'number' && !isExact(value, isFloat);
}

/** After how many steps of the path stands the object so many fields up from its end. Lists are no fields. */
function depthOf(path: PlanPath, { levels }: ContextSource): number {
  let depth = path.length;
  for (let level = 0; level < levels; level += 1) {
    do depth -= 1;
    while (depth >= 0 && (path[depth] === '@' || typeof path[depth] !== 'string'));
    if (depth < 0) throw new TypeError('a context above the root');
  }
  return depth;
}

/** Undefined where it is not there, or is of another type than the path wants. */
function valueAt(value: unknown, [step, ...rest]: PlanPath, applies: TypeCondition): unknown {
  if (step === undefined || value === null) return value;
  if (Array.isArray(value)) {
    const values = value.map((element) => valueAt(element, [step, ...rest], applies));
    return values.includes(undefined) ? undefined : values;
  }
  if (!isJsonObject(value)) return undefined;
  if (typeof step === 'string') return valueAt(readOwn(value, step), rest, applies);
  const typename = value['__typename'];
  // Without a type name there was only one type to answer with.
  const isOfType = typeof typename !== 'string' || step.types.some((type) => applies(type, typename));
  return isOfType ? valueAt(value, rest, applies) : undefined;
}

/** The objects at a place, each with the values above it by number of steps. Plans with contexts share nothing between places. */
function eachAt(
  root: JsonObject,
  { path, applies }: { readonly path: PlanPath; readonly applies: TypeCondition },
  visit: (object: JsonObject, above: readonly unknown[]) => void,
): void {
  const above: unknown[] = [];
  const walk = (value: unknown, depth: number): void => {
    above[depth] = value;
    const step = path[depth];
    if (step === '@') {
      if (Array.isArray(value)) for (const element of value) walk(element, depth + 1);
    } else if (!isJsonObject(value)) return;
    else if (step === undefined) visit(value, above);
    else if (typeof step === 'string') walk(readOwn(value, step), depth + 1);
    else {
      const typename = value['__typename'];
      if (typeof typename === 'string' && step.types.some((type) => applies(type, typename)))
        walk(value, depth + 1);
    }
  };
  walk(root, 0);
}
