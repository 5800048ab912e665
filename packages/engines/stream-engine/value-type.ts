/** What a field of rows is declared to hold. INT: whole numbers of 32 bits. MOMENT: texts in RFC 3339, UTC. */
export type ValueType = 'TEXT' | 'INT' | 'NUMBER' | 'TRUTH' | 'MOMENT';

const day =
  '[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)';
const leapDay = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29';

/** A moment that exists, in UTC, as a regular expression that JavaScript, PostgreSQL and Flink all have. */
export const momentPattern = `^(?!0000)(?:${day}|${leapDay})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$`;
const isMoment = new RegExp(momentPattern);

/** Beyond what an INT holds. */
export const intBound = 2 ** 31;

type Row = Readonly<Record<string, unknown>>;

/** Rows with fields of these types alone: a value of another one is null, numbers and truths where a text is declared are the texts they are written as. */
export function typedRows(types: Readonly<Record<string, ValueType>> = {}): (row: Row) => Row {
  const fields = Object.entries(types);
  return (row) => {
    let typed: Record<string, unknown> | undefined;
    for (const [field, type] of fields) {
      if (!Object.hasOwn(row, field)) continue;
      const value = typedValue(type, row[field]);
      if (value === row[field]) continue;
      typed ??= { ...row };
      typed[field] = value;
    }
    return typed ?? row;
  };
}

function typedValue(type: ValueType, value: unknown): unknown {
  switch (type) {
    case 'TEXT':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : asText(value);
    case 'INT':
      return Number.isInteger(value) && Math.abs(Number(value)) < intBound ? value : null;
    case 'NUMBER':
      return typeof value === 'number' ? value : null;
    case 'TRUTH':
      return typeof value === 'boolean' ? value : null;
    case 'MOMENT':
      return typeof value === 'string' && isMoment.test(value) ? value : null;
  }
}

const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);
