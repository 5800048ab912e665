import { filterFields } from '../filter/filter-fields.ts';
import { numberIn, sqlText } from './flink-text.ts';
import type { MeasurePlan } from './measure-plan.ts';
import type { Pipeline } from './port.ts';
import { intBound, momentPattern, type ValueType } from './value-type.ts';

/** The fields of rows that a pipeline looks at, in the order of their columns. */
export function fieldsOf({
  pipeline,
  plan,
}: {
  readonly pipeline: Pipeline;
  readonly plan: MeasurePlan;
}): readonly string[] {
  const { timeField, filter, dimensions } = pipeline;
  return [
    ...new Set([
      ...dimensions,
      ...plan.numberFields,
      ...plan.textFields,
      ...(timeField === undefined ? [] : [timeField]),
      ...(filter === undefined ? [] : filterFields(filter)),
    ]),
  ];
}

/** The view by which fields (`f0`, their JSON texts, and `t0`, their texts) hold what they are declared with alone; none where nothing is declared. */
export function typedView(
  { types }: Pipeline,
  { columns, kept }: { readonly columns: readonly string[]; readonly kept: string },
): readonly (readonly [name: string, query: string])[] {
  if (types === undefined) return [];
  const fields = columns.map((field, at) => {
    const type = types[field];
    if (type === undefined) return `f${at}, t${at}`;
    const json = typedJson(type, `f${at}`, `t${at}`);
    return `${json} AS f${at}, CASE WHEN (${json}) IS NOT NULL THEN t${at} END AS t${at}`;
  });
  const named = [kept, 'sg', 'here', 'misfit', 'told', ...fields];
  return [['told_typed', `SELECT ${named.join(', ')} FROM told_fields`]];
}

/** A member's JSON text where it is of a type (`typedRows`), NULL where it is not. */
function typedJson(type: ValueType, json: string, text: string): string {
  const isText = `${json} LIKE '"%'`;
  const isTruth = `${json} IN ('true', 'false')`;
  const number = numberIn(json);
  switch (type) {
    case 'TEXT':
      return `CASE WHEN ${isText} THEN ${json} WHEN ${isTruth} OR ${number} IS NOT NULL THEN CONCAT('"', ${json}, '"') END`;
    case 'INT':
      return `CASE WHEN ${number} = FLOOR(${number}) AND ABS(${number}) < ${intBound} THEN ${json} END`;
    case 'NUMBER':
      return `CASE WHEN ${number} IS NOT NULL THEN ${json} END`;
    case 'TRUTH':
      return `CASE WHEN ${isTruth} THEN ${json} END`;
    case 'MOMENT':
      return `CASE WHEN ${isText} AND REGEXP(${text}, ${sqlText(momentPattern)}) THEN ${json} END`;
  }
}
