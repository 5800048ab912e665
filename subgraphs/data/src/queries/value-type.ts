import { isId } from '@tributary/runtime';
import { isMoment, isStorableText } from '@tributary/subgraph-kit';
import { type Attribute, holdsId } from '../models/model.ts';

/** Whether a stored attribute can hold the value: what a cursor from outside claims is not trusted to fit the column. */
export function holdsType(attribute: Attribute | undefined, value: unknown): boolean {
  if (attribute === undefined) return false;
  if (value === null) return !attribute.required;
  if (holdsId(attribute)) return isId(value);
  switch (attribute.type) {
    case 'Int':
      return isInt32(value);
    case 'Float':
      return Number.isFinite(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'DateTime':
      return isMoment(value);
    default:
      return typeof value === 'string' && isStorableText(value);
  }
}

function isInt32(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31;
}
