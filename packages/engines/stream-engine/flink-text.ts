/** A text literal of Flink SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A number as a literal of Flink SQL. */
export function doubleSql(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

/** A JSON path from the event's root to a member, as a literal: `'$[''data''][''place'']'`. */
function sqlPath(members: readonly string[]): string {
  const quoted = members.map((name) => `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`);
  return sqlText(`$${quoted.join('')}`);
}

/** A member's value as its JSON text: NULL where there is none, `null` where it is null. The wrapper keeps scalars and their types. */
export function jsonOf(members: readonly string[]): string {
  const wrapped = `JSON_QUERY(v, ${sqlPath(members)} WITH UNCONDITIONAL WRAPPER)`;
  return `SUBSTRING(${wrapped} FROM 2 FOR CHAR_LENGTH(${wrapped}) - 2)`;
}

/** A member's value as text, whatever its type is. */
export function textOf(members: readonly string[]): string {
  return `JSON_VALUE(v, ${sqlPath(members)})`;
}

/** Whether a JSON text is an object. */
export function isObject(members: readonly string[]): string {
  return `(JSON_QUERY(v, ${sqlPath(members)}) LIKE '{%')`;
}

/** The number in a JSON text; NULL for all else, since the quotes of a text are no part of a number. */
export function numberIn(json: string): string {
  return `TRY_CAST(${json} AS DOUBLE)`;
}

const date = '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])';
const hour = '(?:[01][0-9]|2[0-3]):[0-5][0-9]';
const moment = `^(${date})(?:[Tt ](${hour})(?::([0-5][0-9])(?:[.]([0-9]+))?)?([Zz]|[+-]${hour})?)?$`;

/** Milliseconds since the epoch of an RFC 3339 text, also one that ends early (a date is its midnight, UTC); NULL for what is none. */
export function timeIn(text: string): string {
  const part = (at: number, absent: string): string =>
    `COALESCE(REGEXP_EXTRACT(${text}, ${sqlText(moment)}, ${at}), ${sqlText(absent)})`;
  const seconds = `UNIX_TIMESTAMP(CONCAT(${part(1, '')}, ' ', ${part(2, '00:00')}, ':', ${part(3, '00')}))`;
  const fraction = `CAST(SUBSTRING(CONCAT(${part(4, '')}, '000') FROM 1 FOR 3) AS BIGINT)`;
  const zone = part(5, 'Z');
  const shiftMinutes = `(CAST(SUBSTRING(${zone} FROM 2 FOR 2) AS BIGINT) * 60 + CAST(SUBSTRING(${zone} FROM 5 FOR 2) AS BIGINT))`;
  const shiftMs = `CASE SUBSTRING(${zone} FROM 1 FOR 1) WHEN '+' THEN ${shiftMinutes} WHEN '-' THEN -${shiftMinutes} ELSE CAST(0 AS BIGINT) END * 60000`;
  return `CASE WHEN REGEXP(${text}, ${sqlText(moment)}) THEN ${seconds} * 1000 + ${fraction} - ${shiftMs} END`;
}

/** The greatest multiple of a step (from an offset) that is not beyond a number of milliseconds; also below zero, where MOD follows the sign. */
export function floorTo(ms: string, stepMs: number, offsetMs: number): string {
  const shifted = `(${ms} - ${offsetMs})`;
  return `(${shifted} - MOD(MOD(${shifted}, ${stepMs}) + ${stepMs}, ${stepMs}) + ${offsetMs})`;
}

/** The log's own time of a record, `ts`, in milliseconds since the epoch; the session's time zone is UTC. */
export const logTimeMs = `UNIX_TIMESTAMP(DATE_FORMAT(ts, 'yyyy-MM-dd HH:mm:ss')) * 1000 + CAST(DATE_FORMAT(ts, 'SSS') AS BIGINT)`;
