import type { QueryResolvers } from '../../generated/schema.ts';

export const analyticsTables: NonNullable<QueryResolvers['analyticsTables']> = (
  _parent,
  { from = null, to = null },
  { core },
) => {
  const query = new URLSearchParams({
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  }).toString();
  return [...core.tables.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, columns, rows }) => ({
      name,
      description: description ?? null,
      columns: [...columns],
      rowsUrl:
        rows.of === 'MODEL'
          ? `/data/rows/${rows.typeName}`
          : `/analytics/rows/${name}${query === '' ? '' : `?${query}`}`,
    }));
};
