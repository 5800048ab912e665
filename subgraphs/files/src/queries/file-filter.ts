import type { Filter } from '@tributary/engines/filter';
import { isId } from '@tributary/runtime';
import { comparisonsOn, filterOfWhere, refusedWhere, type Where } from '@tributary/subgraph-kit';
import type { FileRecord, MetadataValue } from '../domain/file.ts';
import { isMetadataKey, isMetadataValue, keptValue } from '../domain/metadata.ts';

/** A `where` argument as GraphQL coerced it. */
export type FileWhere = Where;

const metadataPrefix = 'metadata:';

/** The filter that `where` stands for on files; undefined for all of them. @throws CodedError BAD_USER_INPUT naming the field. */
export function fileFilter(where: FileWhere | null | undefined): Filter | undefined {
  return filterOfWhere(where, (name, condition) => {
    if (name !== 'metadata')
      return comparisonsOn(name, condition as FileWhere, (value) => {
        if ((name === 'id' || name === 'folderId') && !isId(value))
          throw refusedWhere(name, `where.${name} is compared with something that is not an id`);
      });
    const parts = condition as readonly FileWhere[];
    if (parts.length === 0) throw refusedWhere(name, 'where.metadata has no part that says anything');
    return parts.map(metadataCondition);
  });
}

/** The key of a condition on metadata, by the name of its field in the filter. */
export function metadataKeyOf(field: string): string | undefined {
  return field.startsWith(metadataPrefix) ? field.slice(metadataPrefix.length) : undefined;
}

/** A file's state as filters see it: metadata flat beside the fields. */
export function filteredRow(file: FileRecord): Readonly<Record<string, unknown>> {
  const metadata = Object.entries(file.metadata).map(([key, value]) => [`${metadataPrefix}${key}`, value]);
  return { ...file, ...Object.fromEntries(metadata) };
}

function metadataCondition({ key, eq }: FileWhere): Filter {
  if (typeof key !== 'string' || !isMetadataKey(key) || !isMetadataValue(eq))
    throw refusedWhere('metadata', 'where.metadata is compared by a key and a text, number or boolean');
  const is = (value: MetadataValue): Filter => ({
    kind: 'compare',
    field: `${metadataPrefix}${key}`,
    op: 'eq',
    value,
  });
  const kept = keptValue(eq);
  // Of before texts were put together, a file has what it was given.
  return kept === eq ? is(eq) : { kind: 'or', filters: [is(kept), is(eq)] };
}
