import { ExplainedError } from '@tributary/runtime';
import type { EntityFetch, EntityGroup } from '../../planning/plan.ts';
import { errorLimit } from '../answer-errors.ts';
import { renamesOf } from './asked-subgraph.ts';
import { compileRenamedPath } from './error-places.ts';
import { isJsonObject, type JsonObject, readOwn } from './own-keys.ts';
import type { FetchParts } from './plan-parts.ts';
import type { PlanRun } from './plan-run.ts';
import { compileRepresentation, type Representations, representationsOf } from './representations.ts';
import { type AnswerPath, objectsAt, placesAt } from './response-path.ts';
import { copied, fetchShapes, mergeInto } from './response-shape.ts';
import { compileRewrites } from './rewrites.ts';
import { shareBelow } from './shared-parts.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';
import type { TypeCondition } from './type-conditions.ts';

/** The entities of one group that a run asks for: each distinct one once, wherever and however often it stands in the answer. */
export interface AskedEntities extends Representations {
  /** Under which the answer has them. */
  readonly key: string;
  readonly targets: readonly JsonObject[];
  /** Where the targets of each path end. */
  readonly ends: readonly number[];
}

/** One `_entities` field of a fetch. */
export interface EntityGroupProgram {
  readonly key: string;
  readonly variable: string;
  find(run: PlanRun): AskedEntities;
  /** Those of some places alone. */
  of(run: PlanRun, targets: readonly JsonObject[]): AskedEntities;
  /** Where distinct entities stand, by index: of each of these as many of its places as an answer has errors. */
  places(
    run: PlanRun,
    asked: AskedEntities,
    indices: ReadonlySet<number>,
  ): ReadonlyMap<number, readonly AnswerPath[]>;
  /** Of each path the first entity: where a client sees that nothing came of all of them. */
  firstPlaces(run: PlanRun): readonly AnswerPath[];
  /** The path of something below an entity, as the client's answer has it. */
  renamed(path: AnswerPath): AnswerPath;
  place(run: PlanRun, asked: AskedEntities, answer: FetchAnswer): void;
}

/**
 * What an entity has below it is shared by all the places of one path, because the operation asks the same of all of them. At another path, or for
 * another type, it may ask something else under the same name: there it is copied.
 */
export function compileEntityGroup(
  group: EntityGroup,
  node: EntityFetch,
  { applies, schema, isAskedApart, size }: FetchParts,
): EntityGroupProgram {
  const { key, variable, paths } = group;
  const read = compileRepresentation(group.requires, { applies, schema });
  const rewrite = compileRewrites(group.inputRewrites, applies);
  const outputRewrite = compileRewrites(group.outputRewrites, applies);
  const shape = fetchShapes(node.operation, renamesOf(group.outputRewrites), size).entityOf(key);
  const nests = shape.keys.some(({ below }) => below !== undefined);
  const asked = (run: PlanRun, targets: readonly JsonObject[], ends: readonly number[]): AskedEntities => {
    const found = representationsOf(targets, { read, rewrite, absent: run.absent });
    for (const at of found.incomplete ?? []) run.incomplete.add(targets[at] as JsonObject);
    return { key, targets, ends, ...found };
  };
  return {
    key,
    variable,
    find: (run) => {
      const targets: JsonObject[] = [];
      const ends = paths.map((path) => {
        objectsAt(run, { path, applies, found: targets });
        return targets.length;
      });
      return asked(run, targets, ends);
    },
    of: (run, targets) => asked(run, targets, [targets.length]),
    places: (run, { targets, entities }, indices) => {
      // Paths are those of now: what other fetches add meanwhile moves nothing.
      const found = new Map<number, AnswerPath[]>();
      const erring = new Map<JsonObject, AnswerPath[]>();
      for (const index of indices) {
        const own: AnswerPath[] = [];
        found.set(index, own);
        for (const at of entities[index] ?? []) erring.set(targets[at] as JsonObject, own);
      }
      const isWanted = (object: JsonObject): boolean =>
        (erring.get(object)?.length ?? errorLimit) < errorLimit;
      for (const path of paths)
        for (const place of placesAt(run, { path, applies, isWanted }))
          erring.get(place.object)?.push(place.path);
      return found;
    },
    firstPlaces: (run) =>
      paths.flatMap((path) => {
        const [first] = placesAt(run, { path, applies });
        return first === undefined ? [] : [first.path];
      }),
    renamed: compileRenamedPath(group.outputRewrites),
    place: (run, { key: under, targets, ends, distinct, entities }, { data, errors }) => {
      if (data === null) {
        for (const target of targets) run.bereft.add(target);
        return;
      }
      const found = readOwn(data, under);
      // With an error of its own the list as a whole may be null.
      if (found === null && errors !== undefined) {
        for (const target of targets) run.bereft.add(target);
        return;
      }
      if (!Array.isArray(found) || found.length !== distinct.length)
        throw new ExplainedError(
          `${node.subgraph} answered ${under} with another number of entities than asked`,
        );
      const isErring = erringEntities(under, errors);
      let isBroken = false;
      for (let index = 0; index < found.length; index += 1) {
        const entity: unknown = found[index];
        const stand = entities[index] ?? [];
        if (entity === null && !isErring(index))
          for (const at of stand) run.absent.add(targets[at] as JsonObject);
        if (!isJsonObject(entity)) {
          isBroken ||= entity !== null;
          continue;
        }
        const [at] = stand;
        if (outputRewrite !== undefined && at !== undefined) {
          entity['__typename'] ??= targets[at]?.['__typename'];
          outputRewrite(entity);
        }
        const isShared = nests && stand.length > 1;
        if (isShared) shareBelow(run.shared, entity, shape);
        let own = entity;
        let end = -1;
        for (const place of stand) {
          const target = targets[place] as JsonObject;
          if (isShared && place >= end) {
            if (end >= 0) {
              own = copied(own, shape);
              shareBelow(run.shared, own, shape);
            }
            end = isAskedApart ? place + 1 : (ends.find((candidate) => place < candidate) ?? targets.length);
          }
          keepNarrower(target, own, applies);
          mergeInto(target, own, shape);
        }
      }
      // Those that are entities have been taken.
      if (isBroken) throw new ExplainedError(`${node.subgraph} answered ${under} with what is no object`);
    },
  };
}

/** Whether an error accounts for an entity that is null; where none does there is no such entity. One without a place could be of any. */
function erringEntities(key: string, errors: FetchAnswer['errors']): (index: number) => boolean {
  if (errors === undefined) return () => false;
  const indices = new Set<unknown>();
  for (const { path } of errors) {
    if (path !== undefined && path[0] !== key) continue;
    const index = path?.[1];
    if (typeof index !== 'number') return () => true;
    indices.add(index);
  }
  return (index) => indices.has(index);
}

/**
 * A subgraph with an interface object knows its objects by the interface's name alone, and says so even of what is known to be more:
 * the narrower name stays.
 */
function keepNarrower(target: JsonObject, entity: JsonObject, applies: TypeCondition): void {
  const known = target['__typename'];
  const told = entity['__typename'];
  if (known === told || typeof known !== 'string' || typeof told !== 'string') return;
  if (applies(told, known)) entity['__typename'] = known;
}
