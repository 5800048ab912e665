import { CodedError } from '@tributary/runtime';
import { isParameter, parameterName, restPrefix, type SavedOperation } from './saved-operation.ts';

export interface RouteMatch {
  readonly operation: SavedOperation;
  /** Decoded values of the path's parameters by variable name. */
  readonly pathValues: ReadonlyMap<string, string>;
}

/** Everything that answers under one path: the methods allowed there, and the match for each. */
export interface PathMatch {
  readonly methods: readonly string[];
  readonly byMethod: ReadonlyMap<string, RouteMatch>;
}

/**
 * Splits a path as received into decoded segments.
 * @throws CodedError BAD_REQUEST for anything that a proxy and this server could read differently: empty or dot segments, encoded
 * slashes, backslashes or control characters, and bytes that are no UTF-8.
 */
export function pathSegments(path: string): readonly string[] {
  if (
    !path.startsWith('/') ||
    path.includes('//') ||
    /%(?:2f|5c|[01][0-9a-f]|7f)|\\|[^\x21-\x7e]/i.test(path)
  )
    throw malformed();
  const segments = path.slice(1).split('/').map(decoded);
  if (segments.some((segment) => segment === '.' || segment === '..')) throw malformed();
  return segments;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): CodedError {
  return new CodedError('BAD_REQUEST', 'The path is not in its normal form.', { cause });
}

/** The operations under a path, or undefined when nothing is there. Where several paths match, fixed segments win over parameters. */
export function matchPath(operations: readonly SavedOperation[], path: string): PathMatch | undefined {
  const [prefix, ...segments] = pathSegments(path);
  if (`/${prefix}` !== restPrefix) return undefined;
  const candidates = operations.filter((operation) => matches(operation.segments, segments));
  const fixedCounts = candidates.map(
    ({ segments: own }) => own.filter((segment) => !isParameter(segment)).length,
  );
  const best = Math.max(...fixedCounts);
  const byMethod = new Map<string, RouteMatch>();
  for (const [index, operation] of candidates.entries()) {
    if (fixedCounts[index] !== best) continue;
    const pathValues = new Map(
      operation.segments.flatMap((own, at) =>
        isParameter(own) ? [[parameterName(own), segments[at] ?? ''] as const] : [],
      ),
    );
    byMethod.set(operation.route.method, { operation, pathValues });
  }
  return byMethod.size === 0 ? undefined : { methods: allowed([...byMethod.keys()]), byMethod };
}

function matches(own: readonly string[], asked: readonly string[]): boolean {
  return (
    own.length === asked.length &&
    own.every((segment, at) => (isParameter(segment) ? asked[at] !== '' : segment === asked[at]))
  );
}

function allowed(methods: readonly string[]): readonly string[] {
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
}
