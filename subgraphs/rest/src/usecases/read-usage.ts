import { CodedError } from '@tributary/runtime';
import { type Connection, connectionOf, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import type { UsageEntry } from './usage-counter.ts';

export interface UsageKey {
  readonly day: string;
  readonly principal: string;
  readonly route: string;
}

export interface UsageRequest {
  readonly workspaceId: string;
  /** First and last day, inclusive. */
  readonly from: string;
  readonly to: string;
  readonly route?: string | undefined;
  readonly principal?: string | undefined;
  readonly after?: UsageKey | undefined;
  readonly limit: number;
}

/** Usage of one workspace, newest day first; principals as `kind:id`. */
export interface UsageReader {
  read(request: UsageRequest): Promise<readonly Readonly<UsageEntry>[]>;
}

export interface UsageArguments {
  readonly from: string;
  readonly to: string;
  readonly route?: string | null | undefined;
  readonly principal?: string | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** One page of a workspace's usage. @throws CodedError BAD_USER_INPUT for a moment that is none, CURSOR_INVALID */
export async function readUsage(
  reader: UsageReader,
  workspaceId: string,
  args: UsageArguments,
): Promise<Connection<Readonly<UsageEntry>>> {
  const size = pageSize(args.first);
  const place = listPlace('RestUsage', args.after, isUsagePlace);
  const rows = await reader.read({
    workspaceId,
    from: dayOf('from', args.from),
    to: dayOf('to', args.to),
    route: args.route ?? undefined,
    principal: args.principal ?? undefined,
    after: place && { day: place[0], principal: place[1], route: place[2] },
    limit: size + 1,
  });
  return connectionOf(rows, size, {
    cursorOf: ({ day, principal, route }) => listCursor('RestUsage', day, principal, route),
    hasPrevious: place !== undefined,
  });
}

function dayOf(argument: string, moment: string): string {
  const atMs = /^\d{4}-\d{2}-\d{2}T/.test(moment) ? Date.parse(moment) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new CodedError('BAD_USER_INPUT', `${argument} must be a moment in RFC 3339.`, {
      details: { argument },
    });
  return new Date(atMs).toISOString().slice(0, 10);
}

function isUsagePlace(
  values: readonly unknown[],
): values is readonly [day: string, principal: string, route: string] {
  const [day, ...names] = values;
  const isDay = typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
  return isDay && names.length === 2 && names.every((name) => typeof name === 'string');
}
