import { Ajv, type ValidateFunction } from 'ajv';
import type { TopicContract } from './topics.ts';

/** Where an event differs from what is declared of it; never what it holds. */
export interface EventFault {
  /** A JSON pointer: `/data/version`. */
  readonly path: string;
  /** `must be integer` */
  readonly message: string;
}

/** `unknown`: its topic declares no such type, or is not declared. */
export type EventVerdict = 'fits' | 'unknown' | EventFault;

/**
 * Who asks. What is written fits its schema to the letter. What is read may come from a version before or after this one, which knows further fields:
 * they are no fault.
 */
export type EventCheckFor = 'writing' | 'reading';

/** Compares an event, as JSON or as what becomes of it by `JSON.stringify`, with the envelope of all events and the schema of its type. */
export type EventCheck = (topic: string, event: unknown) => EventVerdict;

/** RFC 3339, as `Date.prototype.toISOString` and PostgreSQL write it. */
const moment = /^(\d{4}-\d\d)-(\d\d)[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/;
const firstMs = Date.parse('0001-01-01T00:00:00Z');
const lastMs = Date.parse('9999-12-31T23:59:59.999Z');
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const required = [
  'source',
  'type',
  'subject',
  'time',
  'workspaceid',
  'partitionkey',
  'actorkind',
  'actorid',
] as const;
const optional = ['traceparent', 'runid'] as const;

/** A moment that exists and that databases can hold: no thirteenth month, no 30th of February, no year 0. */
function isMoment(text: string): boolean {
  const [, month, day] = moment.exec(text) ?? [];
  if (month === undefined) return false;
  const timeMs = Date.parse(text.toUpperCase());
  if (!(timeMs >= firstMs && timeMs <= lastMs)) return false;
  // `Date` takes a day too many for one of the next month.
  return Number(day) <= 28 || new Date(`${month}-${day}T00:00:00Z`).toISOString().startsWith(month);
}

/** A check against these contracts. A type's schema is compiled when its first event comes. */
export function createEventCheck(contracts: readonly TopicContract[], use: EventCheckFor): EventCheck {
  const ajv = new Ajv({ formats: { 'date-time': isMoment } });
  const schemas = new Map(
    contracts.flatMap(({ name, types }) =>
      Object.entries(types).map(([type, schema]): [string, object] => [`${name} ${type}`, schema]),
    ),
  );
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = (key: string): ValidateFunction | undefined => {
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const schema = schemas.get(key);
    if (schema === undefined) return undefined;
    const made = ajv.compile(use === 'writing' ? schema : (opened(schema) as object));
    compiled.set(key, made);
    return made;
  };
  return (topic, event) => {
    const fault = envelopeFault(event);
    if (fault !== undefined) return fault;
    const { type, data } = event as { readonly type: string; readonly data: unknown };
    const validate = validatorOf(`${topic} ${type}`);
    if (validate === undefined) return 'unknown';
    if (validate(data)) return 'fits';
    const [first] = validate.errors ?? [];
    return { path: `/data${first?.instancePath ?? ''}`, message: messageOf(first) };
  };
}

/** The name of a field too many is in the parameters. It is the producer's own word, never a value. */
function messageOf(
  fault: { readonly message?: string; readonly params?: Record<string, unknown> } | undefined,
): string {
  const extra = fault?.params?.['additionalProperty'];
  const message = fault?.message ?? 'does not fit its schema';
  return typeof extra === 'string' ? `${message} (${extra})` : message;
}

function envelopeFault(event: unknown): EventFault | undefined {
  if (typeof event !== 'object' || event === null) return { path: '', message: 'must be an object' };
  const attributes = event as Readonly<Record<string, unknown>>;
  if (attributes['specversion'] !== '1.0') return { path: '/specversion', message: 'must be 1.0' };
  const { id, time } = attributes;
  if (typeof id !== 'string' || !uuid.test(id)) return { path: '/id', message: 'must be a UUID' };
  for (const name of required) {
    const value = attributes[name];
    if (typeof value !== 'string' || value === '') return { path: `/${name}`, message: 'must be text' };
  }
  for (const name of optional) {
    const value = attributes[name];
    if (value !== undefined && typeof value !== 'string')
      return { path: `/${name}`, message: 'must be text' };
  }
  if (!isMoment(String(time))) return { path: '/time', message: 'must be a moment of RFC 3339' };
  if (attributes['datacontenttype'] !== 'application/json')
    return { path: '/datacontenttype', message: 'must be application/json' };
  return undefined;
}

/** The same schema, taking further fields everywhere. */
function opened(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(opened);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword, value]) => keyword !== 'additionalProperties' || value !== false)
      .map(([keyword, value]) => [keyword, opened(value)]),
  );
}
