import type { Relational, TransactionOptions } from '@tributary/engines/relational';
import type { FunnelEvent } from '../domain/funnel.ts';
import type { RowField } from '../domain/row-type.ts';
import { typedProperty } from './typed-properties.ts';

/** As its kind is declared today. */
type Property = Pick<RowField, 'name' | 'type'>;

export interface FunnelSelection {
  readonly workspaceId: string;
  /** What the event of each step is called, and which properties it has: each one of these values, as JSON. */
  readonly steps: readonly {
    readonly event: string;
    readonly where: readonly { readonly property: Property; readonly among: readonly unknown[] }[];
  }[];
  readonly fromMs: number;
  /** The end of what the last step may be. */
  readonly toMs: number;
  readonly by: Property | undefined;
  readonly limit: number;
}

/** The most that a gateway can be told to wait for a call (`SUBGRAPH_TIMEOUT_MS`). */
const longestCallMs = 600_000;
/** Read at a time: a few milliseconds of this process, between which others are served. */
const sliceEvents = 2_000;

/** A history is read as long as its caller waits, however long that is: a statement that went on after that would hold a place that others want. */
export function whileWaitedFor(signal: AbortSignal | undefined): TransactionOptions {
  return { signal, statementLimitMs: longestCallMs };
}

/**
 * Hands the events that are steps, by subject and time, to what is begun for them, slice by slice, and answers what it comes to. The database sorts
 * them once and keeps them: a page of its own for each slice would sort all of them each time.
 */
export function overFunnelEvents<Result>(
  relational: Relational,
  selection: FunnelSelection,
  { begin, signal }: FunnelReading<Result>,
): Promise<Result> {
  const { text, values } = selected(selection);
  return relational.transaction(async (tx) => {
    const fold = begin();
    // All of them are read: what gives the first ones soonest would take longer for the rest.
    await tx.query('SET LOCAL cursor_tuple_fraction = 1');
    await tx.query(`DECLARE steps NO SCROLL CURSOR FOR ${text}`, values);
    for (;;) {
      const { rows } = await tx.query<FunnelRow>(`FETCH ${sliceEvents} FROM steps`);
      fold.take(rows.map(({ steps, ...event }) => ({ ...event, steps: stepsOf(steps) })));
      if (rows.length < sliceEvents) return fold.result();
    }
  }, whileWaitedFor(signal));
}

export interface FunnelReading<Result> {
  readonly begin: () => FunnelFold<Result>;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal | undefined;
}

export interface FunnelFold<Result> {
  take(events: readonly FunnelEvent[]): void;
  result(): Result;
}

interface FunnelRow extends Omit<FunnelEvent, 'steps'> {
  /** A bit for each step: an array of truths would take longer to read than all the rest. */
  readonly steps: number;
}

function stepsOf(bits: number): readonly number[] {
  const steps: number[] = [];
  for (let step = 0; bits >> step > 0; step += 1) if ((bits >> step) & 1) steps.push(step);
  return steps;
}

function selected(selection: FunnelSelection): { readonly text: string; readonly values: unknown[] } {
  const values: unknown[] = [selection.workspaceId, new Date(selection.fromMs), new Date(selection.toMs)];
  const param = (value: unknown): string => `$${values.push(value)}`;
  const conditions = selection.steps.map(({ event, where }) =>
    [
      `name = ${param(event)}`,
      ...where.map(
        ({ property, among }) =>
          `coalesce(${typedProperty(property)}, 'null') = ANY(${param(among.map((value) => JSON.stringify(value)))}::jsonb[])`,
      ),
    ].join(' AND '),
  );
  const bits = conditions.map((condition, step) => `CASE WHEN ${condition} THEN ${1 << step} ELSE 0 END`);
  const key = selection.by === undefined ? 'NULL::jsonb' : typedProperty(selection.by);
  const text = `
SELECT subject, (extract(epoch FROM "time") * 1000)::float8 AS "timeMs", ${bits.join(' + ')} AS steps, ${key} AS key
FROM analytics.event
WHERE workspace_id = $1 AND "time" >= $2 AND "time" < $3 AND (${conditions.map((condition) => `(${condition})`).join(' OR ')})
ORDER BY subject, "time", event_id LIMIT ${param(selection.limit)}`;
  return { text, values };
}
