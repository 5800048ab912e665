import {
  type Connection,
  connectionOf,
  isStorableText,
  listCursor,
  listPlace,
  pageSize,
  parseDateTime,
} from '@tributary/subgraph-kit';
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

/** `from` and `to` as DateTimes in UTC. */
export interface UsageArguments {
  readonly from: string;
  readonly to: string;
  readonly route?: string | null | undefined;
  readonly principal?: string | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** One page of a workspace's usage. @throws CodedError CURSOR_INVALID, BAD_USER_INPUT for a page size that is none */
export async function readUsage(
  reader: UsageReader,
  workspaceId: string,
  args: UsageArguments,
): Promise<Connection<Readonly<UsageEntry>>> {
  const size = pageSize(args.first);
  const place = listPlace('RestUsage', args.after, isUsagePlace);
  const rows = await reader.read({
    workspaceId,
    from: dayOf(args.from),
    to: dayOf(args.to),
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

function isUsagePlace(
  values: readonly unknown[],
): values is readonly [day: string, principal: string, route: string] {
  const [day, ...names] = values;
  return (
    isDay(day) &&
    names.length === 2 &&
    names.every((name) => typeof name === 'string' && isStorableText(name))
  );
}

function isDay(value: unknown): boolean {
  try {
    return typeof value === 'string' && dayOf(parseDateTime(`${value}T00:00:00Z`)) === value;
  } catch {
    return false;
  }
}

/** Of a DateTime in UTC. */
function dayOf(dateTime: string): string {
  return dateTime.slice(0, 10);
}
