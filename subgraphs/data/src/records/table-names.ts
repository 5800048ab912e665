import { createHash } from 'node:crypto';
import type { Attribute, Model } from '../models/model.ts';

export function uniqueName(model: Model, attribute: Attribute): string {
  return constraintName(model, attribute, 'key');
}

/** PostgreSQL cuts names at 63 bytes, where two could become one; a hash of the whole keeps long ones apart. */
export function constraintName(model: Model, attribute: Attribute, suffix: string): string {
  const name = `${model.table}_${attribute.column}_${suffix}`;
  if (name.length <= 63) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, 53 - suffix.length)}_${digest}_${suffix}`;
}
