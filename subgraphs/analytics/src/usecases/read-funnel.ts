import { CodedError } from '@tributary/runtime';
import { type FunnelFold, type FunnelSelection, overFunnelEvents } from '../adapters/funnel-events.ts';
import type { AnalyticsCore } from '../core.ts';
import { durationMs } from '../declarations/expressions.ts';
import { FunnelCounts, type FunnelQuestion, largestFunnels, type Reach } from '../domain/funnel.ts';
import { dimensionFilter } from '../domain/metric-question.ts';
import type { EventType } from '../domain/row-type.ts';
import type { Asking } from './asking.ts';

export interface FunnelRequest {
  readonly steps: readonly { readonly event: string; readonly where?: unknown }[];
  readonly from: string;
  readonly to: string;
  readonly within: string;
  readonly by?: string | null | undefined;
}

export interface FunnelAnswer {
  readonly key: unknown;
  readonly steps: readonly {
    readonly event: string;
    readonly subjects: number;
    readonly conversion: number;
  }[];
}

/** Events that are looked at, at most: they pass through this process. */
const maxEvents = 200_000;
const longestMs = 31 * 86_400_000;
const maxFunnels = 20;
/** Of all different values that funnels are split by, which are kept to the end: 200,000 of an id each, and not of a text each. */
const maxKeyChars = 10_000_000;

/**
 * Counted in slices, one question of a workspace at a time.
 * @throws CodedError BAD_USER_INPUT naming the argument that is wrong, or that too many events are asked for; OVERLOADED; DEADLINE_EXCEEDED when
 * nobody waits any more
 */
export async function readFunnel(
  core: AnalyticsCore,
  { principal, signal }: Asking,
  request: FunnelRequest,
): Promise<readonly FunnelAnswer[]> {
  const { steps } = request;
  if (steps.length < 2 || steps.length > 8) throw refused('steps', 'A funnel has 2 to 8 steps');
  const types = steps.map(({ event }) => eventType(core, 'steps', event));
  const asked = steps.map(({ event, where }, at) => ({ event, where: propertyFilter(types[at], where) }));
  const withinMs = durationMs(request.within);
  if (withinMs === undefined || withinMs > longestMs)
    throw refused('within', 'within is a duration up to 31d, like 30m or 7d');
  const fromMs = Date.parse(request.from);
  const toMs = Date.parse(request.to);
  if (fromMs >= toMs) throw refused('from', 'from must lie before to');
  const by = types[0]?.fields.find(({ name }) => name === request.by);
  if (typeof request.by === 'string' && by === undefined)
    throw refused('by', `${steps[0]?.event} has no property ${request.by.slice(0, 100)}`);
  const selection: FunnelSelection = {
    workspaceId: principal.workspaceId,
    steps: asked,
    fromMs,
    toMs: toMs + withinMs,
    by,
    limit: maxEvents + 1,
  };
  const question = { steps: steps.length, withinMs, fromMs, toMs };
  const reach = await core.histories.run({ who: principal.workspaceId, signal }, () =>
    overFunnelEvents(core.relational, selection, { begin: () => boundedCounts(question), signal }),
  );
  const none: readonly Reach[] = by === undefined ? [['null', steps.map(() => 0)]] : [];
  return largestFunnels(reach.size === 0 ? none : reach, maxFunnels).map(([key, counts]) => ({
    key: JSON.parse(key) as unknown,
    steps: steps.map(({ event }, at) => ({
      event,
      subjects: counts[at] ?? 0,
      conversion: (counts[at] ?? 0) / Math.max(1, counts[0] ?? 0),
    })),
  }));
}

/** What is counted while the events are not too many. */
function boundedCounts(question: FunnelQuestion): FunnelFold<ReadonlyMap<string, readonly number[]>> {
  const counts = new FunnelCounts(question);
  let taken = 0;
  return {
    take: (events) => {
      taken += events.length;
      if (taken > maxEvents)
        throw refused('to', `More than ${maxEvents} events lie in this time; ask for a shorter one`);
      counts.take(events);
      if (counts.keyChars > maxKeyChars)
        throw refused('by', 'There are too many different values to split by; ask for a shorter time');
    },
    result: () => counts.result(),
  };
}

/** @throws CodedError BAD_USER_INPUT for an event nobody declared. */
export function eventType({ eventTypes }: AnalyticsCore, argument: string, name: string): EventType {
  const type = eventTypes.get(name);
  if (type === undefined)
    throw refused(
      argument,
      `There is no event ${JSON.stringify(name.slice(0, 100))}; trackedEvents lists those there are`,
    );
  return type;
}

function propertyFilter(
  type: EventType | undefined,
  where: unknown,
): FunnelSelection['steps'][number]['where'] {
  return Object.entries(dimensionFilter(where)).map(([name, among]) => {
    const property = type?.fields.find((field) => field.name === name);
    if (property === undefined)
      throw refused('steps', `${type?.eventName} has no property ${JSON.stringify(name.slice(0, 100))}`);
    return { property, among };
  });
}

function refused(argument: string, message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${message}.`, { details: { argument } });
}
