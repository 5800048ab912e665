/** The scalars a measured or tracked field may have. */
export const fieldTypes = ['String', 'Int', 'Float', 'Boolean', 'DateTime', 'ID'] as const;

export type FieldType = (typeof fieldTypes)[number];

export interface RowField {
  readonly name: string;
  readonly description: string | undefined;
  readonly type: FieldType;
  readonly required: boolean;
  /** The model a reference points to: its value is the other's id. */
  readonly target: string | undefined;
}

/** A kind of event that applications may track. */
export interface EventType {
  readonly kind: 'EVENT';
  /** The name of its type in SDL: `PageViewed`. */
  readonly typeName: string;
  /** The name in `track`: `page.viewed`. */
  readonly eventName: string;
  readonly description: string | undefined;
  readonly fields: readonly RowField[];
}

/** What a kind of events is called in SQL: `page_viewed` for `page.viewed`. */
export function eventTableName(eventName: string): string {
  return eventName.replaceAll(/[^A-Za-z0-9]/g, '_').toLowerCase();
}

export type EventTypes = ReadonlyMap<string, EventType>;
