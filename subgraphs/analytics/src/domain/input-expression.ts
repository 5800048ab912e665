/** Where an input of a model comes from: a field of an entity, of one it refers to, or a part of a moment in it. */
export interface InputExpression {
  readonly part: MomentPart | undefined;
  /** `['origin', 'iata']`: one or two fields. */
  readonly path: readonly string[];
}

/** Of a moment in UTC; Monday is 1, Sunday 7 (ISO 8601). */
export const momentParts = ['hour', 'weekday', 'month'] as const;
export type MomentPart = (typeof momentParts)[number];

const pattern = /^(?:(\w+)\((\w+(?:\.\w+)?)\)|(\w+(?:\.\w+)?))$/;

/** Undefined when the text is neither `field`, `field.field` nor `part(field)`. */
export function parseInputExpression(text: string): InputExpression | undefined {
  const [, part, inside, plain] = pattern.exec(text) ?? [];
  const path = (inside ?? plain)?.split('.');
  if (path === undefined) return undefined;
  if (part === undefined) return { part: undefined, path };
  return isMomentPart(part) ? { part, path } : undefined;
}

/** The value in an entity; undefined where a step is missing or null. */
export function inputValue({ part, path }: InputExpression, entity: unknown): unknown {
  let value = entity;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  if (value === null) return undefined;
  return part === undefined ? value : momentPart(part, value);
}

function momentPart(part: MomentPart, value: unknown): number | undefined {
  const moment = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(moment.getTime())) return undefined;
  if (part === 'hour') return moment.getUTCHours();
  if (part === 'month') return moment.getUTCMonth() + 1;
  return ((moment.getUTCDay() + 6) % 7) + 1;
}

const isMomentPart = (text: string): text is MomentPart => momentParts.some((part) => part === text);
