import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import type { BoundRoute } from '../domain/bound-route.ts';
import { isJsonObject, mergePatch } from '../domain/merge-patch.ts';
import { readerAt, type SavedOperation } from '../domain/saved-operation.ts';
import { deadlineMs, executeRoute, type RouteExecution, type RouteResult } from './execute-route.ts';

type Variables = Readonly<Record<string, unknown>>;

/** So often a record is read again that others changed in between, unless it took so long already that the deadline is near. */
const tries = 12;
const patienceMs = 12_000;
/** Of all who write at once one wins: the others come again spread over a time that doubles (full jitter). */
const firstPauseMs = 20;
const longestPauseMs = 400;

/** The JSON members whose keys a merge patch names: only what is there already tells what they become. */
export function membersToMerge({ operation, mergedMembers }: BoundRoute, variables: Variables) {
  const patch = variables[operation.route.body ?? ''];
  return isJsonObject(patch) ? mergedMembers.filter((name) => isJsonObject(patch[name])) : [];
}

/**
 * Executes a PATCH as RFC 7396 has it where `members` hold JSON, which the graph replaces whole: they are read, merged, and written on the
 * version that was read. When somebody else was faster it is done again; when If-Match named a version, it was the caller's to do.
 * @throws CodedError as `executeRoute`; VERSION_CONFLICT, with nothing done, when others keep changing the record.
 */
export async function executeMerge(
  { operation }: BoundRoute,
  variables: Variables,
  {
    members,
    operations,
    ...execution
  }: RouteExecution & { readonly members: readonly string[]; readonly operations: readonly SavedOperation[] },
): Promise<RouteResult> {
  const { body = '', ifMatch = '', path } = operation.route;
  const reader = readerAt(path, operations);
  const patch = variables[body];
  if (reader === undefined || !isJsonObject(patch))
    throw new CodedError('INTERNAL', `${operation.name} has nothing to merge into.`);
  const target = Object.fromEntries(
    reader.parameters.flatMap(({ variable }) =>
      Object.hasOwn(variables, variable) ? [[variable, variables[variable]]] : [],
    ),
  );
  // For all of it together: the lease of an idempotency key must outlive it.
  const writing = { ...execution, signal: AbortSignal.timeout(deadlineMs) };
  const reading = { ...writing, onEffect: undefined };
  const beganMs = performance.now();
  for (let nth = 1; ; nth += 1) {
    const { value } = await executeRoute(reader, target, reading);
    const merged = Object.fromEntries(
      members.map((name) => [name, mergePatch(shown(value, name, reader), patch[name])]),
    );
    const version = variables[ifMatch] ?? shown(value, 'version', reader);
    const input = { ...variables, [body]: { ...patch, ...merged }, [ifMatch]: version };
    try {
      return await executeRoute(operation, input, writing);
    } catch (error) {
      const isOvertaken = error instanceof CodedError && error.code === 'VERSION_CONFLICT';
      if (!isOvertaken || Object.hasOwn(variables, ifMatch)) throw error;
      if (nth === tries || performance.now() - beganMs > patienceMs)
        throw new CodedError(
          'VERSION_CONFLICT',
          'Others changed it each time before this could be merged into it, and nothing was done: send the same request again.',
          { cause: error },
        );
      await delay(Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (nth - 1)));
    }
  }
}

function shown(value: unknown, name: string, { name: operation }: SavedOperation): unknown {
  if (isJsonObject(value) && Object.hasOwn(value, name)) return value[name];
  throw new CodedError('INTERNAL', `${operation} does not show ${name}, which a merge patch needs.`);
}
