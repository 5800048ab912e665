import { createHash } from 'node:crypto';
import type { Attribute, Model } from '../models/model.ts';

/**
 * What an index of this attribute may be called, the usual name first. Indexes share one list of names: `Flight.crewName` and `FlightCrew.name` would
 * both be `flight_crew_name_key`, and whoever comes second takes the other.
 */
export function indexNames(
  model: Model,
  attribute: Attribute,
  kind: 'key' | 'idx',
): readonly [string, string] {
  const digest = digestOf(`${model.table}.${attribute.column}`);
  const own = `${model.table}_${attribute.column}`.slice(0, 63 - `_${digest}_${kind}`.length);
  return [constraintName(model, attribute, kind), `${own}_${digest}_${kind}`];
}

/** Whether it is the index that holds the attribute's values apart. */
export function isUniqueName(model: Model, attribute: Attribute, name: string): boolean {
  return indexNames(model, attribute, 'key').includes(name);
}

/** PostgreSQL cuts names at 63 bytes, where two could become one; a hash of the whole keeps long ones apart. */
export function constraintName(model: Model, attribute: Attribute, suffix: string): string {
  const name = `${model.table}_${attribute.column}_${suffix}`;
  if (name.length <= 63) return name;
  return `${name.slice(0, 53 - suffix.length)}_${digestOf(name)}_${suffix}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
