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

export type EventTypes = ReadonlyMap<string, EventType>;
