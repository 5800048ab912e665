import { isId } from '@tributary/runtime';
import { type Attribute, holdsId } from '../models/model.ts';

/** Whether a stored attribute can hold the value: what a cursor from outside claims is not trusted to fit the column. */
export function holdsType(attribute: Attribute | undefined, value: unknown): boolean {
  if (attribute === undefined) return false;
  if (value === null) return !attribute.required;
  if (holdsId(attribute)) return isId(value);
  switch (attribute.type) {
    case 'Int':
      return Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 31;
    case 'Float':
      return Number.isFinite(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'DateTime':
      return (
        typeof value === 'string' &&
        /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) &&
        !Number.isNaN(Date.parse(value))
      );
    default:
      return typeof value === 'string' && !value.includes('\0');
  }
}
