import type { Model, ModelField } from './use-models.ts';
import { isReference, type Row, sameValue } from './values.ts';

/** Somebody else changed the item since it was read: all states, for whoever has to choose. */
export interface Conflict {
  readonly wanted: Readonly<Record<string, unknown>>;
  /** The item as it was when one began to change it. */
  readonly read: Row;
  /** The item as it is now; null when it is gone. */
  readonly current: Row | null;
}

/** Who changed a field since it was read: one, the other, both to different values, or both to the same. */
export type Clash = 'mine' | 'theirs' | 'both' | 'agreed';

export interface FieldClash {
  readonly field: ModelField;
  readonly clash: Clash;
}

/** A three-way comparison: the fields either side changed, in the order of the model. What the system writes is nobody's change. */
export function clashesOf(
  model: Model,
  { wanted, read, current }: Conflict & { readonly current: Row },
): readonly FieldClash[] {
  return model.fields.flatMap((field): readonly FieldClash[] => {
    if (field.system) return [];
    const theirs = writtenValue(field, current);
    const changedByThem = !sameValue(theirs, writtenValue(field, read));
    if (!(field.name in wanted)) return changedByThem ? [{ field, clash: 'theirs' }] : [];
    if (sameValue(theirs, wanted[field.name])) return [{ field, clash: 'agreed' }];
    return [{ field, clash: changedByThem ? 'both' : 'mine' }];
  });
}

/** The fields somebody changed between two states of an item. */
export function changedBetween(model: Model, before: Row, after: Row): readonly ModelField[] {
  return model.fields.filter(
    (field) => !field.system && !sameValue(writtenValue(field, before), writtenValue(field, after)),
  );
}

/** A value as it is written: of a reference, the other's id. */
function writtenValue(field: ModelField, row: Row): unknown {
  const value = row[field.name];
  if (!isReference(field) || value === null || value === undefined) return value;
  return (value as { readonly id: string }).id;
}
