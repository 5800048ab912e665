import { exactJson } from '@tributary/runtime/exact-json';
import { jsonFault } from './json-fault.ts';
import type { ModelField } from './use-models.ts';

/** A record or document, as the graph answers it. */
export interface Row {
  readonly id: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

export type Parsed = { readonly value: unknown } | { readonly fault: string };

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });
const moments = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** What a person types, as the graph takes it; nothing typed is null. */
export function parseValue(field: ModelField, text: string): Parsed {
  if (text.trim() === '') return field.required ? { fault: 'A value is needed.' } : { value: null };
  switch (field.type) {
    case 'Int': {
      const value = Number(text);
      return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
        ? { value }
        : { fault: 'A whole number is needed.' };
    }
    case 'Float': {
      const value = Number(text);
      return Number.isFinite(value) ? { value } : { fault: 'A number is needed.' };
    }
    case 'Boolean':
      return text === 'true' || text === 'false'
        ? { value: text === 'true' }
        : { fault: 'True or false is needed.' };
    case 'DateTime': {
      const moment = momentIn(text);
      return moment === undefined
        ? { fault: 'A moment is needed, like 2001-01-01T00:47:00Z.' }
        : { value: moment };
    }
    case 'JSON':
      return parseJson(text);
    default:
      return { value: text };
  }
}

const momentForm =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:\d{2})?)?$/i;

/**
 * A moment as RFC 3339 writes it; seconds may be left out, and so may the time of a day that begins. Without an offset it is in UTC, as moments are shown. What else
 * browsers take for a date they guess: "5" is one to them, and a time without an offset that of wherever one sits.
 */
function momentIn(text: string): string | undefined {
  const [, day = '', time = '00:00', seconds = ':00', offset = 'Z'] = momentForm.exec(text.trim()) ?? [];
  // The 30th of February would be the 2nd of March.
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const moment = new Date(`${day}T${time}${seconds}${offset.toUpperCase()}`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

function parseJson(text: string): Parsed {
  const read = exactJson(text);
  return 'value' in read ? read : { fault: jsonFault(read) };
}

/** A value as it stands in an editor. */
export function editableText(field: ModelField, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (isReference(field)) return (value as { readonly id: string }).id;
  return field.type === 'JSON' ? JSON.stringify(value, null, 2) : String(value);
}

/** A value as it is read. Numbers are grouped, moments are in UTC like the data itself. */
export function readableText(field: ModelField, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (field.type === 'DateTime') return moments.format(Date.parse(String(value)));
  if (field.type === 'Int' || field.type === 'Float') return numbers.format(Number(value));
  if (field.type === 'JSON') return JSON.stringify(value);
  return String(value);
}

/** Whether it holds another item, of this subgraph or of another. */
export function isReference({ target, entity }: ModelField): boolean {
  return target !== null || entity !== null;
}

export function isNumeric(field: ModelField): boolean {
  const { type } = field;
  return !isReference(field) && (type === 'Int' || type === 'Float');
}

export function sameValue(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}
