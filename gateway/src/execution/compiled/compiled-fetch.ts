import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';
import type { VariableValues } from './conditions.ts';
import { type FetchErrors, fetchErrors } from './fetch-errors.ts';
import { isJsonObject, type JsonObject, readOwn, writeOwn } from './own-keys.ts';
import type { PlanProgram, PlanRun } from './plan-run.ts';
import { compileRepresentation, representationsOf } from './representations.ts';
import { objectsAt, type PlanPath, pathsAt } from './response-path.ts';
import { fetchShapes, mergeInto } from './response-shape.ts';
import { compileRewrites } from './rewrites.ts';
import type { FetchAnswer, SubgraphFetch } from './subgraph-fetch.ts';
import type { TypeCondition } from './type-conditions.ts';

export interface FetchPlace {
  /** The objects whose fields it fills in; the root when empty. */
  readonly path: PlanPath;
  readonly fetch: SubgraphFetch;
  readonly applies: TypeCondition;
}

/** Federation's own variable: the entities to look up. */
const representationsName = 'representations';

/** Compiles one fetch of a plan: what to send, and where its answer goes. @throws GraphQLError when the client's variables are in its way. */
export function compileFetch(node: FetchNode, place: FetchPlace): PlanProgram {
  const { serviceName, requires } = node;
  const run = requires === undefined ? objectFetch(node, place) : entityFetch(node, place);
  return async (planRun) => {
    try {
      await run(planRun);
    } catch (cause) {
      planRun.errors.push(
        cause instanceof GraphQLError
          ? cause
          : new GraphQLError(`The fetch from ${serviceName} failed.`, { originalError: asError(cause) }),
      );
    }
  };
}

/** Asks for fields of a root type: of the operation itself, or of a `Query` that some other field leads back to. */
function objectFetch(node: FetchNode, { path, fetch, applies }: FetchPlace): PlanProgram {
  const rewrite = compileRewrites(node.outputRewrites, applies);
  const shape = fetchShapes(node.operation, renamesOf(node)).answer;
  const variablesOf = variableReader(node);
  return async (run) => {
    const targets = path.length === 0 ? [run.data] : objectsAt(run.data, path);
    if (targets.length === 0) return;
    const answer = await ask(node, fetch, { run, variables: variablesOf(run.variables) });
    place(
      answer,
      run,
      fetchErrors(node.serviceName, () => pathsAt(run.data, path).slice(0, 1)),
    );
    if (answer.data === null) {
      if (path.length === 0 && answer.errors !== undefined)
        for (const { key } of shape.keys) run.unanswered.add(key);
      return;
    }
    rewrite?.(answer.data);
    for (const target of targets) mergeInto(target, answer.data, shape);
  };
}

/** Asks for fields of entities by their keys: each distinct one once, wherever and however often it stands in the answer. */
function entityFetch(node: FetchNode, { path, fetch, applies }: FetchPlace): PlanProgram {
  if (node.variableUsages?.includes(representationsName) === true) {
    throw new GraphQLError(`A variable may not be called ${representationsName}; choose another name.`, {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
    });
  }
  const reader = compileRepresentation(node.requires ?? [], applies);
  const inputRewrite = compileRewrites(node.inputRewrites, applies);
  const outputRewrite = compileRewrites(node.outputRewrites, applies);
  const shape = fetchShapes(node.operation, renamesOf(node)).entity;
  const variablesOf = variableReader(node);
  return async (run) => {
    const targets = objectsAt(run.data, path);
    if (targets.length === 0) return;
    const { distinct, entities } = representationsOf(targets, reader, inputRewrite);
    if (distinct.length === 0) return;
    const variables = { ...variablesOf(run.variables), [representationsName]: distinct };
    // Paths are those of now: what other fetches add meanwhile moves nothing.
    const answer = await ask(node, fetch, { run, variables });
    place(
      answer,
      run,
      fetchErrors(node.serviceName, () => pathsAt(run.data, path), entities),
    );
    if (answer.data === null) return;
    const found = answer.data['_entities'];
    if (!Array.isArray(found) || found.length !== distinct.length)
      throw new TypeError(
        `${node.serviceName} answered _entities with another number of entities than asked`,
      );
    for (let index = 0; index < found.length; index += 1) {
      const entity: unknown = found[index];
      if (entity === null && answer.errors === undefined)
        for (const at of entities[index] ?? []) run.absent.add(targets[at] as JsonObject);
      if (!isJsonObject(entity)) continue;
      const [first] = entities[index] ?? [];
      if (outputRewrite !== undefined && first !== undefined) {
        entity['__typename'] ??= targets[first]?.['__typename'];
        outputRewrite(entity);
      }
      for (const at of entities[index] ?? []) {
        const target = targets[at] as JsonObject;
        keepNarrower(target, entity, applies);
        mergeInto(target, entity, shape);
      }
    }
  };
}

function ask(
  node: FetchNode,
  fetch: SubgraphFetch,
  { run, variables }: { readonly run: PlanRun; readonly variables: Record<string, unknown> },
): Promise<FetchAnswer> {
  return fetch({ query: node.operation, operationName: node.operationName, variables }, run.scope);
}

function place({ errors }: FetchAnswer, run: PlanRun, located: FetchErrors): void {
  if (errors !== undefined) run.errors.push(...located(errors));
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

/** Picks what a fetch uses of the client's variables; what was not sent stays absent, so that defaults apply. */
function variableReader({
  variableUsages = [],
}: FetchNode): (given: VariableValues) => Record<string, unknown> {
  return (given) => {
    const used: Record<string, unknown> = {};
    for (const name of variableUsages) {
      const value = readOwn(given, name);
      if (value !== undefined) writeOwn(used, name, value);
    }
    return used;
  };
}

function renamesOf({ outputRewrites = [] }: FetchNode): ReadonlyMap<string, string> {
  return new Map(
    outputRewrites.flatMap((rewrite) =>
      rewrite.kind === 'KeyRenamer' ? [[rewrite.path.at(-1) ?? '', rewrite.renameKeyTo] as const] : [],
    ),
  );
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
