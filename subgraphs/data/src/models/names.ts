/** Tables that lie in the schema of the models and are no model's: those of rooms, and the shapes of documents. */
export const platformTables = ['room_update', 'room_state', 'document_shape'];

/** `flightKey` → `flight_key`, `FlightNote` → `flight_note`: how models are called in SQL. */
export function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase();
}

export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The English plural by rule; a model that needs another says `@model(plural: "…")`. */
export function pluralOf(singular: string): string {
  if (/[^aeiou]y$/i.test(singular)) return `${singular.slice(0, -1)}ies`;
  if (/(s|x|z|ch|sh)$/i.test(singular)) return `${singular}es`;
  return `${singular}s`;
}
