import { CodedError } from '@tributary/runtime';
import { type Connection, connectionOf, pageSize } from '@tributary/subgraph-kit';
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
  const rows = await reader.read({
    workspaceId,
    from: dayOf('from', args.from),
    to: dayOf('to', args.to),
    route: args.route ?? undefined,
    principal: args.principal ?? undefined,
    after: typeof args.after === 'string' ? keyFrom(args.after) : undefined,
    limit: size + 1,
  });
  return connectionOf(rows, size, { cursorOf, hasPrevious: typeof args.after === 'string' });
}

function dayOf(argument: string, moment: string): string {
  const atMs = /^\d{4}-\d{2}-\d{2}T/.test(moment) ? Date.parse(moment) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new CodedError('BAD_USER_INPUT', `${argument} must be a moment in RFC 3339.`, {
      details: { argument },
    });
  return new Date(atMs).toISOString().slice(0, 10);
}

function cursorOf({ day, principal, route }: UsageKey): string {
  return Buffer.from(JSON.stringify([day, principal, route])).toString('base64url');
}

/** The cursor chooses a place in a list that is the caller's own anyway: it needs no signature, only to be well formed. */
function keyFrom(cursor: string): UsageKey {
  try {
    const [day, principal, route] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    const known =
      typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
    if (known && typeof principal === 'string' && typeof route === 'string') return { day, principal, route };
  } catch (cause) {
    throw new CodedError('CURSOR_INVALID', 'The cursor is not one of this list.', { cause });
  }
  throw new CodedError('CURSOR_INVALID', 'The cursor is not one of this list.');
}
