import { DDSketch, type SketchState } from './ddsketch.ts';
import type { Measure, Pipeline } from './port.ts';
import { Bounds, Distinct, Extremes, Total } from './summaries.ts';

type SummaryKind = 'total' | 'bounds' | 'extremes' | 'sketch' | 'distinct';

/** One summary a window keeps; measures of one field that need the same share it. */
export interface SummaryPlan {
  readonly kind: SummaryKind;
  /** The column of the field: among the numbers, or among the texts for `distinct`. */
  readonly column: number;
}

export type AnySummary = Total | Bounds | Extremes | DDSketch | Distinct;

export interface MeasurePlan {
  readonly numberFields: readonly string[];
  readonly textFields: readonly string[];
  readonly summaries: readonly SummaryPlan[];
  /** The values of the measures, in their order. */
  readonly values: (rows: number, summaries: readonly AnySummary[]) => readonly (number | null)[];
}

/** What a measure is computed from. Where rows are taken back, so may the least or greatest value be. */
function kindOf(
  measure: Exclude<Measure, { function: 'count' }>,
  rows: Pipeline['source']['rows'],
): SummaryKind {
  switch (measure.function) {
    case 'sum':
    case 'avg':
      return 'total';
    case 'min':
    case 'max':
      return rows === 'changes' ? 'extremes' : 'bounds';
    case 'percentile':
      return 'sketch';
    case 'distinct':
      return 'distinct';
  }
}

/** What windows have to keep for these measures, and how the measures come out of it. */
export function planMeasures({ measures, source }: Pick<Pipeline, 'measures' | 'source'>): MeasurePlan {
  const numberFields: string[] = [];
  const textFields: string[] = [];
  const summaries: SummaryPlan[] = [];
  const readers = measures.map((measure): ((rows: number, kept: readonly AnySummary[]) => number | null) => {
    if (measure.function === 'count') return (rows) => rows;
    const kind = kindOf(measure, source.rows);
    const fields = kind === 'distinct' ? textFields : numberFields;
    if (!fields.includes(measure.field)) fields.push(measure.field);
    const column = fields.indexOf(measure.field);
    let at = summaries.findIndex((known) => known.kind === kind && known.column === column);
    if (at < 0) at = summaries.push({ kind, column }) - 1;
    if (kind !== 'sketch') return (_rows, kept) => measureValue(measure, kept[at]);
    return (_rows, kept) => {
      let estimate = measureValue(measure, kept[at]);
      for (let other = 0; other < summaries.length && estimate !== null; other += 1)
        if (summaries[other]?.column === column) estimate = within(estimate, kept[other]);
      return estimate;
    };
  });
  return {
    numberFields,
    textFields,
    summaries,
    values: (rows, kept) => readers.map((read) => read(rows, kept)),
  };
}

function measureValue(measure: Measure, summary: AnySummary | undefined): number | null {
  if (summary instanceof Total) return measure.function === 'sum' ? summary.sum : summary.mean;
  if (summary instanceof Extremes || summary instanceof Bounds)
    return measure.function === 'min' ? summary.min : summary.max;
  if (summary instanceof Distinct) return summary.size;
  return summary !== undefined && measure.function === 'percentile'
    ? summary.quantile(measure.percentile / 100)
    : null;
}

/**
 * No percentile lies outside of the values there are. Where a window keeps another summary of the field, that one knows more of them than the bins of a sketch,
 * and of a single value all. The texts of `distinct` are counted as columns of their own.
 */
function within(estimate: number, known: AnySummary | undefined): number {
  if (known instanceof Total) return known.only ?? estimate;
  if (!(known instanceof Bounds) && !(known instanceof Extremes)) return estimate;
  return Math.min(Math.max(estimate, known.min ?? estimate), known.max ?? estimate);
}

export function newSummaries({ summaries }: MeasurePlan): AnySummary[] {
  return summaries.map(({ kind }) => {
    if (kind === 'total') return new Total();
    if (kind === 'bounds') return new Bounds();
    if (kind === 'extremes') return new Extremes();
    return kind === 'sketch' ? new DDSketch() : new Distinct();
  });
}

/** Summaries from what `JSON.stringify` of their states gave. */
export function readSummaries({ summaries }: MeasurePlan, text: string): AnySummary[] {
  const states = JSON.parse(text) as readonly unknown[];
  return summaries.map(({ kind }, index) => {
    const state = states[index];
    if (kind === 'total') return Total.from(state);
    if (kind === 'bounds') return Bounds.from(state);
    if (kind === 'extremes') return Extremes.from(state);
    return kind === 'sketch' ? DDSketch.from(state as SketchState) : Distinct.from(state);
  });
}

export function mergeSummaries(into: readonly AnySummary[], from: readonly AnySummary[]): void {
  into.forEach((summary, index) => {
    const other = from[index];
    if (summary instanceof Total && other instanceof Total) summary.merge(other);
    else if (summary instanceof Bounds && other instanceof Bounds) summary.merge(other);
    else if (summary instanceof Extremes && other instanceof Extremes) summary.merge(other);
    else if (summary instanceof DDSketch && other instanceof DDSketch) summary.merge(other);
    else if (summary instanceof Distinct && other instanceof Distinct) summary.merge(other);
  });
}
