import { perLog, smallest } from './ddsketch.ts';
import { filterToFlinkSql } from './flink-filter.ts';
import { countedKinds, type Role, rolesOf, type WindowFamily } from './flink-roles.ts';
import {
  doubleSql,
  floorTo,
  isObject,
  jsonOf,
  logTimeMs,
  numberIn,
  sqlText,
  textOf,
  timeIn,
} from './flink-text.ts';
import { fieldsOf, typedView } from './flink-values.ts';
import { type Backlog, behindSql, watchedViews } from './flink-watermark.ts';
import type { MeasurePlan } from './measure-plan.ts';
import type { Pipeline } from './port.ts';
import { earliestMs, largestNumber, latestMs, workspaceIdPattern } from './row-batch.ts';

export interface JobPlan {
  readonly pipeline: Pipeline;
  readonly plan: MeasurePlan;
  /** By partition of the topic: the first record that is computed. Earlier ones, which the source is to begin with, only tell what was there. */
  readonly starts: readonly number[];
  /** What lies in the log when the job begins; it is read in any order of partitions. */
  readonly backlog: Backlog;
}

/** The columns of a record of results, in the order of the INSERT; `cut` is a time at or below which windows were closed. */
const keyColumns = [
  ['r', 'INT'],
  ['ws', 'STRING'],
  ['k', 'STRING'],
  ['st', 'BIGINT'],
  ['cut', 'BIGINT'],
  ['val', 'STRING'],
  ['p', 'INT'],
] as const;

/** Columns of sums: `n` rows, times from `lo` to `hi`, of a tally the time `w` at or below which windows are closed by now, and by number field sum, count, least and greatest. */
export function resultColumns({ numberFields }: MeasurePlan): readonly (readonly [string, string])[] {
  const sums = numberFields.flatMap(
    (_, at) =>
      [
        [`s${at}`, 'DOUBLE'],
        [`c${at}`, 'BIGINT'],
        [`l${at}`, 'DOUBLE'],
        [`h${at}`, 'DOUBLE'],
      ] as const,
  );
  return [...keyColumns, ['n', 'BIGINT'], ['lo', 'BIGINT'], ['hi', 'BIGINT'], ['w', 'BIGINT'], ...sums];
}

/**
 * The statements of a job, the INSERT last, over the tables `told_log` and `told_results`: a chain from one source to one sink, in which each record of the
 * log becomes rows by role (`rolesOf`), and those with one key are summed up. The sums are a changelog, so that their differences can be added to what is
 * stored whatever state the job has forgotten (decision 140).
 */
export function jobStatements(job: JobPlan): readonly string[] {
  const { pipeline } = job;
  const columns = fieldsOf(job);
  const json = columns.map((_, at) => `f${at}`);
  const text = columns.map((_, at) => `t${at}`);
  const list = (names: readonly string[]): string => names.map((name) => `, ${name}`).join('');
  const behind = behindSql(job);
  const kept = ['part, off, pt, ap, ws', ...behind.map(({ name }) => name)].join(', ');
  const typed = typedView(pipeline, { columns, kept });
  const views: readonly (readonly [string, string])[] = [
    [
      'told_events',
      `SELECT v, part, off, pt, ${logTimeMs} AS ap, ${textOf(['id'])} AS id, ${textOf(['workspaceid'])} AS ws, ${oursSql(pipeline)} AS ours FROM told_log`,
    ],
    [
      'told_places',
      `SELECT v, part, off, pt, ap, id, ws, ours${list(behind.map(({ name, part }) => `MAX(CASE WHEN part = ${part} THEN off END) OVER (ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS ${name}`))} FROM told_events`,
    ],
    [
      'told_behind',
      `SELECT v, part, off, pt, ap, id, ws, ours${list(behind.map(({ name, isBehind }) => `(${isBehind}) AS ${name}`))} FROM told_places`,
    ],
    [
      'told_once',
      `SELECT v, ${kept}, ours, COUNT(*) OVER (PARTITION BY CASE WHEN ours THEN id ELSE '' END ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS seen FROM told_behind`,
    ],
    ['told_fields', fieldsSql(job, { columns, json, text, kept })],
    ...typed,
    ['told_rows', rowsSql(job, { columns, kept, list: list(json), from: typed[0]?.[0] ?? 'told_fields' })],
    ...watchedViews(job, { from: 'told_rows', columns: `${kept}, sg, state, t${list(json)}` }),
    ['told_roles', rolesSql(job, { columns, kept })],
  ];
  return [
    ...views.map(([name, query]) => `CREATE TEMPORARY VIEW ${name} AS ${query}`),
    insertSql(job, columns),
  ];
}

function oursSql({ source }: Pipeline): string {
  const types = `${textOf(['type'])} IN (${source.types.map(sqlText).join(', ')}) AND ${jsonOf(['id'])} LIKE '"%' AND REGEXP(${textOf(['workspaceid'])}, ${sqlText(workspaceIdPattern)})`;
  const { only } = source;
  if (only === undefined) return `COALESCE(${types}, FALSE)`;
  const member = ['data', only.field];
  return `COALESCE(${types} AND ${jsonOf(member)} LIKE '"%' AND ${textOf(member)} = ${sqlText(only.value)}, FALSE)`;
}

interface Shape {
  readonly columns: readonly string[];
  readonly kept: string;
}

/** The row of an event, or the two of a change; `here` says that there is one, `misfit` (once an event) that there is none at all. */
function fieldsSql(
  { pipeline }: JobPlan,
  {
    columns,
    json,
    text,
    kept,
  }: Shape & { readonly json: readonly string[]; readonly text: readonly string[] },
): string {
  const isFirst = '(ours AND seen = 1)';
  const of = (side: string): string =>
    columns
      .map(
        (field, at) =>
          `, ${jsonOf(['data', side, field])} AS ${json[at]}, ${textOf(['data', side, field])} AS ${text[at]}`,
      )
      .join('');
  const eventTime = `${textOf(['time'])} AS told`;
  const there = (side: string): string => `COALESCE(${isObject(['data', side])}, FALSE)`;
  if (pipeline.source.rows === 'properties')
    return `SELECT ${kept}, 1 AS sg, (${isFirst} AND ${there('properties')}) AS here, (${isFirst} AND NOT ${there('properties')}) AS misfit, ${eventTime}${of('properties')} FROM told_once`;
  const either = (after: string, before: string): string =>
    `CASE WHEN sg > 0 THEN ${after} ELSE ${before} END`;
  const sides = columns
    .map((field, at) => {
      const [after, before] = [
        ['data', 'after', field],
        ['data', 'before', field],
      ] as const;
      return `, ${either(jsonOf(after), jsonOf(before))} AS ${json[at]}, ${either(textOf(after), textOf(before))} AS ${text[at]}`;
    })
    .join('');
  const here = either(there('after'), there('before'));
  const misfit = `${isFirst} AND sg > 0 AND NOT ${there('after')} AND NOT ${there('before')}`;
  return `SELECT ${kept}, sg, (${isFirst} AND ${here}) AS here, (${misfit}) AS misfit, ${eventTime}${sides} FROM (SELECT *, CASE WHEN ours THEN ARRAY[1, -1] ELSE ARRAY[1] END AS signs FROM told_once) CROSS JOIN UNNEST(signs) AS signed (sg)`;
}

/** `state` is `row` for what is computed, else why it is not. */
function rowsSql(
  { pipeline, plan }: JobPlan,
  { columns, kept, list, from }: Shape & { readonly list: string; readonly from: string },
): string {
  const { filter, timeField, ahead } = pipeline;
  const at = (field: string): number => columns.indexOf(field);
  const holds =
    filter === undefined
      ? 'here'
      : `here AND ${filterToFlinkSql(filter, { json: (field) => `f${at(field)}`, text: (field) => `t${at(field)}` })}`;
  const time = timeIn(timeField === undefined ? 'told' : `t${at(timeField)}`);
  const isAhead = `moment > ap + ${ahead?.mostMs ?? 0}`;
  const refused = ahead?.policy === 'refuse' ? ` WHEN ${isAhead} THEN 'ahead'` : '';
  const tooLarge = plan.numberFields.map(
    (field) => `COALESCE(ABS(${numberIn(`f${at(field)}`)}) > ${doubleSql(largestNumber)}, FALSE)`,
  );
  const t = ahead?.policy === 'clamp' ? `CASE WHEN ${isAhead} THEN ap ELSE moment END` : 'moment';
  const isBeyond = [`${t} < ${earliestMs}`, `${t} > ${latestMs}`, ...tooLarge].join(' OR ');
  const state = `CASE WHEN misfit THEN 'invalid' WHEN holds IS NOT TRUE THEN 'none' WHEN moment IS NULL THEN 'invalid'${refused} WHEN ${isBeyond} THEN 'invalid' ELSE 'row' END`;
  return `SELECT ${kept}, sg, ${state} AS state, ${t} AS t${list} FROM (SELECT ${kept}, sg, misfit, (${holds}) AS holds, ${time} AS moment${list} FROM ${from})`;
}

function rolesSql(job: JobPlan, { columns, kept }: Shape): string {
  const { plan, starts } = job;
  const numbers = plan.numberFields.map(
    (field, at) => `, ${numberIn(`f${columns.indexOf(field)}`)} AS x${at}`,
  );
  const roles = rolesOf(job.pipeline, plan).map((_, role) => role);
  const counted = starts.map((start, part) => `WHEN ${part} THEN ${start}`).join(' ');
  return `SELECT ${kept}, sg, state, t, c${columns.map((_, at) => `, f${at}`).join('')}${numbers.join('')}, CASE WHEN state = 'row' THEN ARRAY[${roles.join(', ')}] WHEN state = 'none' OR sg < 0 THEN ARRAY[0] ELSE ARRAY[0, 1] END AS roles FROM told_watched WHERE off >= CASE part ${counted} ELSE 0 END`;
}

function insertSql(job: JobPlan, columns: readonly string[]): string {
  const { pipeline, plan } = job;
  const roles = rolesOf(pipeline, plan);
  const byRole = (type: string, expression: (role: Role) => string | undefined): string => {
    const numbers = new Map<string, number[]>();
    roles.forEach((role, number) => {
      const found = expression(role);
      if (found !== undefined) numbers.set(found, [...(numbers.get(found) ?? []), number]);
    });
    const cases = [...numbers].map(([found, some]) => `WHEN r IN (${some.join(', ')}) THEN ${found}`);
    return cases.length === 0 ? `CAST(NULL AS ${type})` : `CASE ${cases.join(' ')} END`;
  };
  const ofFamily = (role: Role, make: (family: WindowFamily) => string): string | undefined =>
    role.kind === 'pane' || role.kind === 'value' ? make(role.family) : undefined;
  const keys = {
    ws: byRole('STRING', ({ kind }) => (kind === 'position' ? undefined : 'ws')),
    k: byRole('STRING', (role) =>
      role.kind === 'pane' || role.kind === 'value' ? groupKey(role.grouping) : undefined,
    ),
    st: byRole('BIGINT', (role) => ofFamily(role, startSql)),
    cut: byRole('BIGINT', (role) => ofFamily(role, cutSql)),
    val: byRole('STRING', valueSql),
    p: byRole('INT', ({ kind }) => (kind === 'position' || kind === 'tally' ? 'part' : undefined)),
  };
  const isPane = byRole('BOOLEAN', ({ kind }) => (kind === 'pane' ? 'TRUE' : undefined));
  const numbers = plan.numberFields.map((_, at) => `, CASE WHEN ${isPane} THEN x${at} END AS x${at}`);
  const named = Object.entries(keys).map(([name, expression]) => `${expression} AS ${name}`);
  const isValue = byRole('BOOLEAN', ({ kind }) => (kind === 'value' ? 'TRUE' : undefined));
  const inner = `SELECT r, ${named.join(', ')}, CAST(sg AS BIGINT) AS sg, t, CASE r WHEN 0 THEN off ELSE t END AS reached, CASE r WHEN 1 THEN c END AS w${numbers.join('')}, ${isValue} AS valued FROM told_roles CROSS JOIN UNNEST(roles) AS role (r)`;
  const sums = plan.numberFields.flatMap((_, at) => [
    `SUM(x${at} * sg)`,
    `SUM(CASE WHEN x${at} IS NOT NULL THEN sg ELSE CAST(0 AS BIGINT) END)`,
    `MIN(x${at})`,
    `MAX(x${at})`,
  ]);
  const by = `r, ${Object.keys(keys).join(', ')}`;
  return `INSERT INTO told_results SELECT ${[by, 'SUM(sg)', 'MIN(t)', 'MAX(reached)', 'MAX(w)', ...sums].join(', ')} FROM (${inner}) WHERE valued IS NOT TRUE OR val IS NOT NULL GROUP BY ${by}`;

  function groupKey(grouping: number): string {
    const names = pipeline.groupings[grouping] ?? [];
    if (names.length === 0) return `'[]'`;
    const values = names.map((name) => `COALESCE(f${columns.indexOf(name)}, 'null')`);
    return `CONCAT('[', ${values.join(`, ',', `)}, ']')`;
  }

  function valueSql(role: Role): string | undefined {
    if (role.kind === 'tally')
      return `CASE WHEN state <> 'row' THEN state WHEN ${lateSql()} THEN 'late' ELSE 'row' END`;
    if (role.kind !== 'value') return undefined;
    const summary = plan.summaries[role.summary];
    if (summary === undefined || !countedKinds.has(summary.kind)) return undefined;
    const { kind, column } = summary;
    if (kind === 'distinct') {
      const f = `f${columns.indexOf(plan.textFields[column] ?? '')}`;
      return `NULLIF(${f}, 'null')`;
    }
    const x = `x${column}`;
    if (kind === 'extremes')
      return `CASE WHEN ${x} IS NOT NULL THEN f${columns.indexOf(plan.numberFields[column] ?? '')} END`;
    const bin = (of: string): string => `CAST(CAST(CEIL(LN(${of}) * ${doubleSql(perLog)}) AS INT) AS STRING)`;
    return `CASE WHEN ${x} IS NULL THEN CAST(NULL AS STRING) WHEN ${x} >= ${doubleSql(smallest)} THEN CONCAT('+', ${bin(x)}) WHEN ${x} <= -${doubleSql(smallest)} THEN CONCAT('-', ${bin(`-${x}`)}) ELSE '0' END`;
  }

  function lateSql(): string {
    const aligned = rolesOf(pipeline, plan).flatMap((role) =>
      role.kind === 'pane' && role.family.kind === 'aligned' ? [role.family] : [],
    );
    const [family] = aligned;
    return family === undefined ? 'FALSE' : `(${cutSql(family)}) IS NOT NULL`;
  }
}

/** A pane's start; of a session, the stretch that is shorter than its gap. Rows that may be late stand for themselves. */
function startSql(family: WindowFamily): string {
  if (family.kind === 'aligned') return floorTo('t', family.sizeMs, family.offsetMs);
  return `CASE WHEN t + ${family.gapMs} <= c THEN t ELSE ${floorTo('t', family.gapMs, 0)} END`;
}

/** Where some window around a row is closed: the end of the last one that may be. NULL where all are open. */
function cutSql(family: WindowFamily): string {
  if (family.kind === 'session') return `CASE WHEN t + ${family.gapMs} <= c THEN c END`;
  const ends = family.windows.map(({ declared }) => {
    const stepMs = declared.kind === 'hop' ? declared.slideMs : declared.sizeMs;
    return `${floorTo('t', stepMs, declared.offsetMs)} + ${stepMs}`;
  });
  const firstEnd = ends.length === 1 ? ends[0] : `LEAST(${ends.join(', ')})`;
  const longestMs = Math.max(...family.windows.map(({ declared }) => declared.sizeMs));
  const pane = floorTo('t', family.sizeMs, family.offsetMs);
  return `CASE WHEN ${firstEnd} <= c THEN LEAST(${floorTo('c', family.sizeMs, family.offsetMs)}, ${pane} + ${longestMs}) END`;
}
