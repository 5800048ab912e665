import type { Measure, Pipeline, Window } from '@tributary/engines/stream-engine';
import { isGrant } from '@tributary/subgraph-kit';
import type { EntityField, MetricFacts, RowType } from '../domain/metric.ts';
import { durationMs, measureOf, windowOf } from './expressions.ts';
import { metricFilter } from './metric-filter.ts';
import { valueTypes } from './value-types.ts';

/** A metric: what its readers see, and how it is computed. */
export interface Metric extends MetricFacts {
  readonly pipeline: Pipeline;
}

type Values = Readonly<Record<string, unknown>>;
type Fault = (problem: string) => void;

const known = [
  'name',
  'description',
  'time',
  'measures',
  'dimensions',
  'groupings',
  'windows',
  'where',
  'disorder',
  'lateness',
  'keep',
  'maxGroups',
  'read',
  'on',
];
/** Clocks of different machines differ by less. */
const clockSkewMs = 5 * 60_000;

/** Reads the arguments of one `@metric`; `fault` is told everything that is wrong with it. */
export function readMetric(values: Values, over: RowType, fault: Fault): Metric {
  for (const name of Object.keys(values)) if (!known.includes(name)) fault(`@metric has no argument ${name}`);
  const name = typeof values['name'] === 'string' ? values['name'] : '';
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) fault('a metric is named like flight_delay');
  const dimensions = texts(values['dimensions'], 'dimensions', fault);
  for (const dimension of dimensions) checkField(dimension, over, fault);
  const groupings = readGroupings(values['groupings'], dimensions, fault);
  const untyped: Pipeline = {
    name,
    source: sourceOf(over),
    timeField: readTimeField(values['time'], over, fault),
    filter: values['where'] === undefined ? undefined : metricFilter(values['where'], over.fields, fault),
    dimensions,
    groupings,
    measures: readMeasures(values['measures'], over, fault),
    windows: readWindows(values['windows'], fault),
    outOfOrdernessMs: duration(values['disorder'] ?? '1m', 'disorder', fault),
    allowedLatenessMs: over.kind === 'MODEL' ? null : duration(values['lateness'] ?? '1d', 'lateness', fault),
    idleAfterMs: 10_000,
    ahead: over.kind === 'MODEL' ? undefined : { mostMs: clockSkewMs, policy: 'clamp' },
    maxGroups: typeof values['maxGroups'] === 'number' ? values['maxGroups'] : 10_000,
    keepMs: over.kind === 'MODEL' ? null : duration(values['keep'] ?? '400d', 'keep', fault),
  };
  // Events stay as they were told when the declaration of their kind changes; records change with their model.
  const pipeline = over.kind === 'MODEL' ? untyped : { ...untyped, types: valueTypes(untyped, over.fields) };
  if (over.kind === 'MODEL' && values['lateness'] !== undefined)
    fault('records may change at any time: lateness is for events');
  if (over.kind === 'MODEL' && values['keep'] !== undefined)
    fault('records may leave their windows at any time, so all are kept: keep is for events');
  return {
    name,
    description: typeof values['description'] === 'string' ? values['description'] : undefined,
    over,
    dimensions,
    groupings,
    read: readReaders(values['read'], over, fault),
    on: readEntityFields(values['on'], { over, groupings }, fault),
    pipeline,
  };
}

function sourceOf(over: RowType): Pipeline['source'] {
  if (over.kind === 'EVENT')
    return {
      topic: 'analytics.event',
      types: ['analytics.event.tracked'],
      only: { field: 'name', value: over.eventName },
      rows: 'properties',
    };
  return {
    topic: over.topic,
    types: ['created', 'updated', 'deleted'].map((verb) => `${over.topic}.${verb}`),
    only: { field: 'model', value: over.typeName },
    rows: 'changes',
  };
}

function readTimeField(time: unknown, over: RowType, fault: Fault): string | undefined {
  if (time === undefined && over.kind === 'EVENT') return undefined;
  const field = over.fields.find(({ name }) => name === (time ?? 'createdAt'));
  if (field?.type !== 'DateTime') fault(`time names a DateTime field of ${over.typeName}`);
  return String(time ?? 'createdAt');
}

function readMeasures(values: unknown, over: RowType, fault: Fault): readonly Measure[] {
  return entries(values, 'measures', fault).flatMap(([name, text]): readonly Measure[] => {
    const measure = measureOf(name, text);
    if (measure === undefined) {
      fault(
        `${String(text)} is no measure; they are count(), sum(f), avg(f), min(f), max(f), distinct(f), p95(f)`,
      );
      return [];
    }
    if (measure.function === 'count') return [measure];
    const field = checkField(measure.field, over, fault);
    const needsNumber = measure.function !== 'distinct';
    if (needsNumber && field !== undefined && field.type !== 'Int' && field.type !== 'Float')
      fault(`${String(text)}: ${field.name} is no number`);
    return [measure];
  });
}

function readWindows(values: unknown, fault: Fault): readonly Window[] {
  return entries(values, 'windows', fault).flatMap(([name, text]): readonly Window[] => {
    if (!/^[A-Z][A-Z0-9_]{0,30}$/.test(name)) fault(`a window is named like HOUR, not ${name}`);
    const window = windowOf(name, text);
    if (window === undefined)
      fault(`${String(text)} is no window; they are tumble(1h), hop(1d, 1h), session(30m)`);
    return window === undefined ? [] : [window];
  });
}

/** The total, each dimension by itself, and all together, unless others are asked for. */
function readGroupings(
  values: unknown,
  dimensions: readonly string[],
  fault: Fault,
): readonly (readonly string[])[] {
  if (values !== undefined)
    return (Array.isArray(values) ? values : [values]).map((names) => texts(names, 'groupings', fault));
  const singles = dimensions.map((name) => [name]);
  return [[], ...singles, ...(dimensions.length > 1 ? [dimensions] : [])];
}

/** Whoever may read every item of the model, or members for events. Whoever may read only their own items may not read a sum over all. */
function readReaders(values: unknown, over: RowType, fault: Fault): readonly string[] {
  const readers =
    values === undefined
      ? over.kind === 'EVENT'
        ? ['MEMBER']
        : over.read.filter((grant) => grant !== 'OWNER_OF_ROW')
      : texts(values, 'read', fault);
  for (const grant of readers)
    if (!isGrant(grant) || grant === 'OWNER_OF_ROW') fault(`read: ${grant} is no grant for a metric`);
  if (readers.length === 0) fault(`read says who may read it: not everybody sees every ${over.typeName}`);
  return readers;
}

function readEntityFields(
  values: unknown,
  { over, groupings }: { readonly over: RowType; readonly groupings: readonly (readonly string[])[] },
  fault: Fault,
): readonly EntityField[] {
  return (values === undefined ? [] : Array.isArray(values) ? values : [values]).map((value): EntityField => {
    const { type, field, by } = (typeof value === 'object' && value !== null ? value : {}) as Values;
    if (!/^[a-z][A-Za-z0-9]*$/.test(String(field))) fault('on names a field like delay');
    if (over.fields.find(({ name }) => name === by)?.target !== type)
      fault(`on: ${String(by)} of ${over.typeName} does not refer to ${String(type)}`);
    if (!groupings.some((names) => names.length === 1 && names[0] === by))
      fault(`on: ${String(by)} alone is no grouping`);
    return { typeName: String(type), field: String(field), by: String(by) };
  });
}

function checkField(name: string, over: RowType, fault: Fault): RowType['fields'][number] | undefined {
  const field = over.fields.find((candidate) => candidate.name === name);
  if (field === undefined) fault(`${over.typeName} has no field ${name} that can be measured`);
  return field;
}

function entries(values: unknown, what: string, fault: Fault): readonly (readonly [string, unknown])[] {
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) return Object.entries(values);
  fault(`${what} is an object of names and expressions`);
  return [];
}

function texts(values: unknown, what: string, fault: Fault): readonly string[] {
  const list = values === undefined ? [] : Array.isArray(values) ? values : [values];
  return list.flatMap((value) => {
    if (typeof value === 'string') return [value];
    fault(`${what} is a list of names`);
    return [];
  });
}

function duration(text: unknown, what: string, fault: Fault): number {
  const ms = durationMs(text);
  if (ms === undefined) fault(`${what} is a duration like 90s, 5m, 1h, 1d or 2w`);
  return ms ?? 0;
}
