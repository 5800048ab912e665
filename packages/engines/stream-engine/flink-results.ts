import type { SketchState } from './ddsketch.ts';
import { type Role, rolesOf } from './flink-roles.ts';
import type { MeasurePlan } from './measure-plan.ts';
import type { PartialSum, Partials, PartialTally } from './partials.ts';
import type { Pipeline } from './port.ts';
import { dimensionText, distinctText } from './row-batch.ts';

/** A record of a results topic: Debezium's envelope, where an update is the old row taken back and the new one told. */
export interface ResultRecord {
  readonly op: 'c' | 'd';
  readonly row: Readonly<Record<string, string | number | null>>;
}

/** @throws SyntaxError for what is no record of a job of ours */
export function resultRecord(value: Buffer): ResultRecord {
  const { op, before, after } = JSON.parse(value.toString('utf8')) as {
    readonly op?: unknown;
    readonly before?: ResultRecord['row'] | null;
    readonly after?: ResultRecord['row'] | null;
  };
  const row = op === 'd' ? before : after;
  if ((op !== 'c' && op !== 'd') || typeof row !== 'object' || row === null)
    throw new SyntaxError('a record of a results topic has no such form');
  return { op, row };
}

/** The differences that records make to one key. */
interface Difference {
  readonly role: Role;
  readonly row: ResultRecord['row'];
  rows: number;
  readonly sums: number[];
  readonly counts: number[];
  least: (number | null)[];
  greatest: (number | null)[];
  lowMs: number | null;
  highMs: number | null;
  /** As `PartialTally.closedMs`. */
  closedMs: number | null | undefined;
}

/** Reads what a job wrote: the differences of its sums, by pane and group. */
export class ResultReader {
  readonly #plan: MeasurePlan;
  readonly #roles: readonly Role[];

  constructor(pipeline: Pipeline, plan: MeasurePlan) {
    this.#plan = plan;
    this.#roles = rolesOf(pipeline, plan);
  }

  /** What whole transactions add up to. */
  read(records: readonly ResultRecord[]): Partials {
    const differences = new Map<string, Difference>();
    for (const record of records) this.#take(differences, record);
    const positions = new Map<number, number>();
    const tallies = new Map<string, PartialTally>();
    const panes = new Map<string, { pane: Difference | undefined; values: Difference[] }>();
    for (const difference of differences.values()) {
      const { role, row } = difference;
      const partition = Number(row['p']);
      if (role.kind === 'position') positions.set(partition, (difference.highMs ?? -1) + 1);
      else if (role.kind === 'tally') addTally(tallies, difference, partition);
      else {
        const key = JSON.stringify([this.#placeOf(role), row['ws'], row['k'], row['st'], row['cut']]);
        const found = panes.get(key) ?? { pane: undefined, values: [] };
        panes.set(key, found);
        if (role.kind === 'pane') found.pane = difference;
        else found.values.push(difference);
      }
    }
    const sums = [...panes.values()].flatMap(({ pane, values }) => this.#sumOf(pane, values));
    return { positions, tallies: [...tallies.values()], sums };
  }

  #placeOf(role: Extract<Role, { kind: 'pane' | 'value' }>): number {
    return this.#roles.findIndex(
      ({ kind, ...other }) =>
        kind === 'pane' &&
        'family' in other &&
        other.family === role.family &&
        other.grouping === role.grouping,
    );
  }

  #take(differences: Map<string, Difference>, { op, row }: ResultRecord): void {
    const role = this.#roles[Number(row['r'])];
    if (role === undefined) throw new SyntaxError('a record of a results topic has no such role');
    const key = JSON.stringify([row['r'], row['ws'], row['k'], row['st'], row['cut'], row['val'], row['p']]);
    const { numberFields } = this.#plan;
    const known = differences.get(key) ?? {
      role,
      row,
      rows: 0,
      sums: numberFields.map(() => 0),
      counts: numberFields.map(() => 0),
      least: numberFields.map(() => null),
      greatest: numberFields.map(() => null),
      lowMs: null,
      highMs: null,
      closedMs: undefined,
    };
    differences.set(key, known);
    const sign = op === 'c' ? 1 : -1;
    const number = (name: string): number => Number(row[name] ?? 0);
    known.rows += sign * number('n');
    numberFields.forEach((_, at) => {
      known.sums[at] = (known.sums[at] ?? 0) + sign * number(`s${at}`);
      known.counts[at] = (known.counts[at] ?? 0) + sign * number(`c${at}`);
    });
    if (op === 'd') return;
    // Extremes only grow while they are kept as such; a job that has forgotten them begins anew, and what it told before still holds.
    const told = (name: string): number | null => (row[name] ?? null) as number | null;
    known.least = known.least.map((least, at) => outer(Math.min, least, told(`l${at}`)));
    known.greatest = known.greatest.map((greatest, at) => outer(Math.max, greatest, told(`h${at}`)));
    known.lowMs = outer(Math.min, known.lowMs, told('lo'));
    known.highMs = outer(Math.max, known.highMs, told('hi'));
    // Jobs of before that was told have no such column.
    if (row['w'] !== undefined) known.closedMs = outer(Math.max, known.closedMs ?? null, told('w'));
  }

  /** Nothing where rows were neither added nor taken back. A pane is not told where its own sums stayed the same. */
  #sumOf(pane: Difference | undefined, values: readonly Difference[]): readonly PartialSum[] {
    const told = pane ?? values[0];
    if (told === undefined || !('family' in told.role)) return [];
    const { row } = told;
    const { family, grouping } = told.role;
    const moved = [
      ...(pane === undefined ? [] : [pane.rows, ...pane.sums, ...pane.counts]),
      ...values.map(({ rows }) => rows),
    ];
    if (moved.every((by) => by === 0)) return [];
    const isSession = family.kind === 'session';
    const firstMs = isSession ? (pane?.lowMs ?? 0) : Number(row['st']);
    return [
      {
        workspaceId: String(row['ws']),
        grouping,
        key: groupKey(String(row['k'])),
        family,
        firstMs,
        lastMs: isSession ? (pane?.highMs ?? 0) : firstMs,
        closedMs: typeof row['cut'] === 'number' ? row['cut'] : null,
        rows: pane?.rows ?? 0,
        state: JSON.stringify(this.#plan.summaries.map((_, at) => this.#summaryState(at, pane, values))),
      },
    ];
  }

  /** As the summary itself would write its state down. */
  #summaryState(at: number, pane: Difference | undefined, values: readonly Difference[]): unknown {
    const { kind, column } = this.#plan.summaries[at] ?? { kind: 'total', column: 0 };
    if (kind === 'total') return [pane?.sums[column] ?? 0, 0, pane?.counts[column] ?? 0];
    if (kind === 'bounds') return [pane?.least[column] ?? null, pane?.greatest[column] ?? null];
    const counts = values
      .filter(({ role, rows }) => rows !== 0 && role.kind === 'value' && role.summary === at)
      .map(({ row, rows }) => [String(row['val']), rows] as const);
    if (kind === 'sketch') return sketchState(counts);
    const valued = counts.flatMap(([text, rows]) => {
      const value: unknown = JSON.parse(text);
      const counted = kind === 'extremes' ? value : distinctText(value);
      return counted === undefined ? [] : [[counted, rows] as const];
    });
    return { counts: valued };
  }
}

function outer(
  of: (one: number, other: number) => number,
  one: number | null,
  other: number | null,
): number | null {
  return one === null || other === null ? (one ?? other) : of(one, other);
}

function addTally(
  tallies: Map<string, PartialTally>,
  { row, rows, highMs, closedMs }: Difference,
  partition: number,
): void {
  const workspaceId = String(row['ws']);
  const key = `${workspaceId} ${partition}`;
  const state = String(row['val']);
  const none = { workspaceId, partition, latestMs: null, closedMs: undefined, late: 0, ahead: 0, invalid: 0 };
  const known: PartialTally = tallies.get(key) ?? none;
  const timed = state === 'row' || state === 'late';
  const latestMs = timed
    ? Math.max(known.latestMs ?? Number.NEGATIVE_INFINITY, highMs ?? Number.NEGATIVE_INFINITY)
    : known.latestMs;
  tallies.set(key, {
    ...known,
    latestMs,
    ...(closedMs === undefined ? {} : { closedMs: outer(Math.max, known.closedMs ?? null, closedMs) }),
    ...(state === 'row' ? {} : { [state]: known[state as 'late' | 'ahead' | 'invalid'] + rows }),
  });
}

/** `+3`, `-3` and `0` are bins of a sketch: of values above, below, and near zero. */
function sketchState(counts: readonly (readonly [string, number])[]): SketchState {
  const of = (sign: string): readonly number[] =>
    counts.flatMap(([bin, rows]) => (bin.startsWith(sign) ? [Number(bin.slice(1)), rows] : []));
  const zero = counts.find(([bin]) => bin === '0')?.[1] ?? 0;
  return [zero, of('+'), of('-')];
}

/** The group as the store knows it: Flink writes JSON a little otherwise (1.0 for 1), and cuts nothing. */
function groupKey(json: string): string {
  return `[${(JSON.parse(json) as unknown[]).map(dimensionText).join(',')}]`;
}
