import { CodedError } from '@tributary/runtime';
import type { MetricFacts } from './metric.ts';

type Scalar = string | number | boolean | null;

/** A window of a metric, as far as questions about it need to know it. */
export interface AskedWindow {
  readonly name: string;
  readonly kind: 'tumble' | 'hop' | 'session';
}

/** Windows that are shown when a question names no times; of sessions, which may be any number, those that began in so much time. */
const windowsShown = 24;
const sessionsShownMs = 24 * 3_600_000;
const maxValues = 500;

/**
 * The grouping a question is about: the dimensions it splits by and those it fixes.
 * @throws CodedError BAD_USER_INPUT naming the groupings there are, or a dimension that is named twice.
 */
export function askedGrouping(
  metric: MetricFacts,
  dimensions: readonly string[],
  where: DimensionFilter,
): readonly string[] {
  const twice = dimensions.find((name, at) => dimensions.indexOf(name) !== at);
  if (twice !== undefined)
    throw new CodedError('BAD_USER_INPUT', `dimensions names ${twice} twice.`, {
      details: { argument: 'dimensions' },
    });
  const asked = new Set([...dimensions, ...Object.keys(where)]);
  const grouping = metric.groupings.find(
    (names) => names.length === asked.size && names.every((name) => asked.has(name)),
  );
  if (grouping !== undefined) return grouping;
  const known = metric.groupings.map((names) => `[${names.join(', ')}]`).join(' ');
  throw new CodedError(
    'BAD_USER_INPUT',
    `${metric.name} is not kept by [${[...asked].join(', ')}]; it is by ${known}.`,
    {
      details: { argument: 'dimensions', groupings: metric.groupings },
    },
  );
}

export type DimensionFilter = Readonly<Record<string, readonly Scalar[]>>;

/** `{ origin: "…" }` or `{ origin: ["…", "…"] }`. @throws CodedError BAD_USER_INPUT */
export function dimensionFilter(where: unknown): DimensionFilter {
  if (where === null || where === undefined) return {};
  if (typeof where !== 'object' || Array.isArray(where))
    throw badWhere('where is an object of dimensions and values');
  return Object.fromEntries(
    Object.entries(where).map(([name, value]) => {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (values.length === 0 || values.length > maxValues)
        throw badWhere(`where.${name} has 1 to ${maxValues} values`);
      if (!values.every(isScalar)) throw badWhere(`where.${name} is a value or a list of values`);
      return [name, values];
    }),
  );
}

/**
 * The times a question is about: the last 24 windows with data (before `to`, when it names that), all windows from `from` on when it names that alone (none, where
 * data ends before). Sessions begin where they like: those of the 24 hours up to the latest one. `latestStarts` answers where the latest windows begin, the latest
 * first, and is asked only where that matters. @throws CodedError BAD_USER_INPUT
 */
export async function askedRange(
  { from, to }: { readonly from?: string | null | undefined; readonly to?: string | null | undefined },
  { kind }: AskedWindow,
  latestStarts: (beforeMs: number | undefined, limit: number) => Promise<readonly number[]>,
): Promise<{ readonly fromMs: number; readonly toMs: number }> {
  const askedFromMs = from === null || from === undefined ? undefined : Date.parse(from);
  const askedToMs = to === null || to === undefined ? undefined : Date.parse(to);
  if (askedFromMs !== undefined && askedToMs !== undefined) {
    if (askedFromMs >= askedToMs)
      throw new CodedError('BAD_USER_INPUT', 'from must lie before to.', { details: { argument: 'from' } });
    return { fromMs: askedFromMs, toMs: askedToMs };
  }
  const shown = askedFromMs === undefined && kind !== 'session' ? windowsShown : 1;
  const starts = await latestStarts(askedToMs, shown);
  const lastMs = Math.max(starts[0] ?? askedFromMs ?? 0, askedFromMs ?? Number.NEGATIVE_INFINITY);
  const toMs = askedToMs ?? lastMs + 1;
  const firstMs = kind === 'session' ? lastMs - sessionsShownMs : (starts.at(-1) ?? toMs - 1);
  return { fromMs: askedFromMs ?? firstMs, toMs };
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function badWhere(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${message}.`, { details: { argument: 'where' } });
}
