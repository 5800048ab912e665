import { arrayText } from '@tributary/engines/relational/array-text';
import type { Item } from '../items/item-store.ts';
import type { Model } from '../models/model.ts';

/** The values of items by attribute, each as PostgreSQL writes an array, for a parameter such as `$1::timestamptz[]`. */
export function columnTexts(model: Model, items: readonly Item[]): readonly string[] {
  return model.attributes.map(({ name, type }) =>
    arrayText(items.map((item) => (type === 'JSON' ? jsonIn(item[name]) : plainIn(item[name])))),
  );
}

/** A value of `null` is none in either store, as it is where JSON is read into a row. */
function jsonIn(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function plainIn(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? value : String(value);
}
