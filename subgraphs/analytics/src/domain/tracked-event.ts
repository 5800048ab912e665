import { CodedError } from '@tributary/runtime';
import type { EventType, EventTypes, FieldType, RowField } from './row-type.ts';

/** One event as an application tells it. Its texts are texts; its time and properties may be anything, so that they are refused with their event alone. */
export interface EventInput {
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly subject?: string | null | undefined;
  readonly time?: unknown;
  readonly properties?: unknown;
}

export interface TrackedEvent {
  readonly name: string;
  readonly subject: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** Every declared property; null where none was given. */
  readonly properties: Readonly<Record<string, PropertyValue>>;
}

export type PropertyValue = string | number | boolean | null;

/** Clocks of browsers and phones run ahead by minutes; by more they are wrong. */
export const clockSkewMs = 5 * 60_000;
/** As long as the log keeps the topic: an older event would be gone from the log before it was there. */
export const oldestMs = 30 * 86_400_000;
const limits = { id: 100, subject: 200, text: 1_000 } as const;

export interface Taking {
  readonly types: EventTypes;
  readonly nowMs: number;
  /** Whom an event without a subject is about. */
  readonly defaultSubject: string;
  /** RFC 3339 to UTC with milliseconds. @throws for anything else */
  readonly parseDateTime: (value: unknown) => string;
  readonly isStorableText: (text: string) => boolean;
}

/** Holds an event to the declaration of its kind. @throws CodedError BAD_USER_INPUT naming the field (details.field). */
export function readEvent(input: EventInput, taking: Taking): TrackedEvent {
  const type = taking.types.get(input.name);
  if (type === undefined)
    throw refused('name', `There is no event ${quoted(input.name)}; trackedEvents lists those there are.`);
  checkText('id', input.id ?? 'none', limits.id, taking);
  const subject = input.subject ?? taking.defaultSubject;
  checkText('subject', subject, limits.subject, taking);
  return {
    name: type.eventName,
    subject,
    time: new Date(readTime(input.time, taking)).toISOString(),
    properties: readProperties(type, input.properties ?? {}, taking),
  };
}

function readTime(time: unknown, { nowMs, parseDateTime }: Taking): number {
  if (time === null || time === undefined) return nowMs;
  let timeMs: number;
  try {
    timeMs = Date.parse(parseDateTime(time));
  } catch {
    throw refused('time', 'time is a DateTime in RFC 3339 with an offset, like 2001-01-01T00:47:00Z.');
  }
  if (timeMs > nowMs + clockSkewMs)
    throw refused('time', 'This event has not happened yet: its time is more than 5 minutes ahead.');
  if (timeMs < nowMs - oldestMs)
    throw refused('time', 'This event is too old: events are taken for 30 days.');
  return Math.min(timeMs, nowMs);
}

function readProperties(type: EventType, given: unknown, taking: Taking): TrackedEvent['properties'] {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refused('properties', 'Properties are an object.');
  const row = given as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(row).find((name) => !type.fields.some((field) => field.name === name));
  if (unknown !== undefined)
    throw refused(
      // A place that is told must not carry the fault on.
      taking.isStorableText(unknown) ? `properties.${unknown.slice(0, limits.id)}` : 'properties',
      `${type.eventName} has no property ${quoted(unknown)}.`,
    );
  return Object.fromEntries(
    type.fields.map((field) => [
      field.name,
      readProperty(field, Object.hasOwn(row, field.name) ? row[field.name] : null, taking),
    ]),
  );
}

function readProperty(field: RowField, value: unknown, taking: Taking): PropertyValue {
  const at = `properties.${field.name}`;
  if (value === null || value === undefined) {
    if (field.required) throw refused(at, `The property ${field.name} is required.`);
    return null;
  }
  if (!fits(field.type, value))
    throw refused(at, `The property ${field.name} must be ${article(field.type)}.`);
  if (typeof value === 'string') checkText(at, value, limits.text, taking);
  if (field.type !== 'DateTime') return value as PropertyValue;
  try {
    return taking.parseDateTime(value);
  } catch {
    throw refused(at, `The property ${field.name} must be a DateTime in RFC 3339.`);
  }
}

function fits(type: FieldType, value: unknown): boolean {
  switch (type) {
    case 'Int':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
    case 'Float':
      return Number.isFinite(value);
    case 'Boolean':
      return typeof value === 'boolean';
    default:
      return typeof value === 'string';
  }
}

function checkText(field: string, text: string, most: number, { isStorableText }: Taking): void {
  if (text.length === 0 || text.length > most) throw refused(field, `${field} has 1 to ${most} characters.`);
  if (!isStorableText(text)) throw refused(field, `${field} holds U+0000 or half a surrogate pair.`);
}

function article(type: FieldType): string {
  return /^[IO]/.test(type) ? `an ${type}` : `a ${type}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, limits.id));
}

function refused(field: string, message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { details: { field } });
}
