import type { Model, ModelField } from './use-models.ts';

const initials = new Set(['id', 'iata', 'icao', 'url', 'api', 'ip', 'json', 'sku', 'vat']);

/** `delayMinutes` as `Delay minutes`, `FlightNote` as `Flight note`, `iata` as `IATA`. */
export function spelled(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ');
  const written = words.map((word) => (initials.has(word) ? word.toUpperCase() : word)).join(' ');
  return written.charAt(0).toUpperCase() + written.slice(1);
}

/** `Flight notes`, from the list's root field. */
export function pluralTitle(model: Model): string {
  return spelled(model.plural);
}

/**
 * The fields people know an item by: its own unique key, and what is called name or title. Without either, its first text.
 */
export function labelFields(model: Model): readonly ModelField[] {
  const texts = model.fields.filter(
    ({ type, system, target }) => type === 'String' && !system && target === null,
  );
  const key = texts.find(({ unique }) => unique);
  const name = texts.find((field) => ['name', 'title', 'label'].includes(field.name) && field !== key);
  const found = [key, name].filter((field) => field !== undefined);
  return found.length > 0 ? found : texts.slice(0, 1);
}

/** What an item is called: `DTW · Detroit Metropolitan`, or the end of its id. */
export function labelOf(model: Model, item: Readonly<Record<string, unknown>>): string {
  const parts = labelFields(model)
    .map(({ name }) => item[name])
    .filter((part) => typeof part === 'string' && part !== '');
  return parts.length > 0 ? parts.join(' · ') : `…${String(item['id']).slice(-8)}`;
}
