import { checkFilter } from '../filter/checked-filter.ts';
import { filterToJsonbSql, jsonbField, jsonbText } from '../filter/jsonb.ts';
import { jsonbKeyset } from '../filter/keyset.ts';
import type { Filter } from '../filter/port.ts';
import type { SqlParameter } from '../filter/sql.ts';
import { documentFields, readFields } from './embedded-schema.ts';
import type { FindByRequest, GroupedRequest } from './port.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A page per group: each group is a range of its field's index, cut at the limit. The nested loop keeps the order within a group. */
export function findByStatement(table: string, request: FindByRequest): Statement {
  const { workspaceId, field, filter, orderBy = [], limitPerGroup, after, fields = null } = request;
  const groups = [...new Set(request.values)];
  checkFilter(amongGroups(request));
  const values: unknown[] = [workspaceId, limitPerGroup, groups, fields];
  const param: SqlParameter = (value) => `$${values.push(value)}`;
  const keyset = jsonbKeyset(orderBy, { ...documentFields, id: 'id' });
  const conditions = ['workspace_id = $1', `${jsonbField(documentFields, field)} = to_jsonb(g.value)`];
  if (filter !== undefined) conditions.push(filterToJsonbSql(filter, { ...documentFields, param }));
  if (after !== undefined) conditions.push(keyset.after(after, param));
  const page = `SELECT id, version, ${readFields('$4')} FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY ${keyset.orderBy} LIMIT $2`;
  const text = `SELECT g.value AS "$group", d.* FROM unnest($3::text[]) AS g(value) CROSS JOIN LATERAL (${page}) d`;
  return { text, values };
}

export function countByStatement(table: string, request: GroupedRequest): Statement {
  const { workspaceId, field, filter } = request;
  const values: unknown[] = [workspaceId];
  const options = { ...documentFields, param: (value: unknown) => `$${values.push(value)}` };
  const conditions = ['workspace_id = $1', filterToJsonbSql(amongGroups(request), options)];
  if (filter !== undefined) conditions.push(filterToJsonbSql(filter, options));
  const group = jsonbText(jsonbField(documentFields, field));
  const text = `SELECT ${group} AS "$group", count(*)::integer AS count FROM ${table} WHERE ${conditions.join(' AND ')} GROUP BY 1`;
  return { text, values };
}

function amongGroups({ field, values }: GroupedRequest): Filter {
  return { kind: 'in', field, values: [...new Set(values)] };
}
