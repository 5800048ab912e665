import type { Filter } from '@tributary/engines/filter';
import type { Relational } from '@tributary/engines/relational';
import { type Item, type ItemReads, mostReadBytes, type ReadScope } from '../items/item-store.ts';
import type { Attribute, Model } from '../models/model.ts';
import type { ListRequest } from '../queries/list-request.ts';
import { bareType } from './column-types.ts';
import { columnOf, filterClause, keysetOf, Parameters, selectList, tableOf } from './record-sql.ts';
import type { StatementNames } from './statement-names.ts';

/** Reads of a relational model. The workspace is the first condition and the first index column of every statement. */
export class RecordReads implements ItemReads {
  readonly #model: Model;
  readonly #relational: Relational;
  readonly #names: StatementNames;

  constructor(model: Model, relational: Relational, names: StatementNames) {
    this.#model = model;
    this.#relational = relational;
    this.#names = names;
  }

  byKey(scope: ReadScope, key: Attribute, values: readonly string[]): Promise<readonly Item[]> {
    const names = new Set([...scope.attributes, key.name]);
    const text = `SELECT ${selectList(this.#model, names)} FROM ${tableOf(this.#model)} t WHERE t.workspace_id = $1 AND ${columnOf(this.#model, key.name)} = ANY($2::${bareType(key)}[])`;
    return this.#rows(text, [scope.workspaceId, values], scope);
  }

  list(scope: ReadScope, request: ListRequest): Promise<readonly Item[]> {
    const parameters = new Parameters(scope.workspaceId, request.size + 1);
    const filter = filterClause(this.#model, request.filter, parameters);
    const { orderBy, after } = keysetOf(this.#model, request, parameters);
    const text = `SELECT ${this.#columns(scope, request)} FROM ${tableOf(this.#model)} t WHERE t.workspace_id = $1${filter}${after} ORDER BY ${orderBy} LIMIT $2`;
    return this.#rows(text, parameters.values, scope);
  }

  async count(workspaceId: string, filter: Filter | undefined): Promise<number> {
    const parameters = new Parameters(workspaceId);
    const text = `SELECT count(*)::integer AS count FROM ${tableOf(this.#model)} t WHERE t.workspace_id = $1${filterClause(this.#model, filter, parameters)}`;
    const [row] = await this.#rows<{ readonly count: number }>(text, parameters.values);
    return row?.count ?? 0;
  }

  /** One page per parent in one statement: each runs down the index of its reference and stops at its limit. */
  readonly listByReference: ItemReads['listByReference'] = async (scope, reference, { parents, request }) => {
    const parameters = new Parameters(scope.workspaceId, parents, request.size + 1);
    const filter = filterClause(this.#model, request.filter, parameters);
    const { orderBy, after } = keysetOf(this.#model, request, parameters);
    const text = `SELECT p.id AS "$parent", i.* FROM unnest($2::uuid[]) AS p(id) CROSS JOIN LATERAL (SELECT ${this.#columns(scope, request)} FROM ${tableOf(this.#model)} t WHERE t.workspace_id = $1 AND ${columnOf(this.#model, reference.name)} = p.id${filter}${after} ORDER BY ${orderBy} LIMIT $3) i`;
    const byParent = new Map<string, Item[]>();
    const rows = await this.#rows<Item & { readonly $parent: string }>(text, parameters.values, scope);
    for (const row of rows) {
      const siblings = byParent.get(row.$parent);
      if (siblings === undefined) byParent.set(row.$parent, [row]);
      else siblings.push(row);
    }
    return byParent;
  };

  readonly countByReference: ItemReads['countByReference'] = async (workspaceId, reference, query) => {
    const { parents, filter } = query;
    const parameters = new Parameters(workspaceId, parents);
    const column = columnOf(this.#model, reference.name);
    const text = `SELECT ${column} AS parent, count(*)::integer AS count FROM ${tableOf(this.#model)} t WHERE t.workspace_id = $1 AND ${column} = ANY($2::uuid[])${filterClause(this.#model, filter, parameters)} GROUP BY 1`;
    const rows = await this.#rows<{ readonly parent: string; readonly count: number }>(
      text,
      parameters.values,
    );
    return new Map(rows.map(({ parent, count }) => [parent, count]));
  };

  /** What was asked for, and what the cursors of this order are made from. */
  #columns(scope: ReadScope, request: ListRequest): string {
    if (request.order.length === 0) return selectList(this.#model, scope.attributes);
    return selectList(
      this.#model,
      new Set([...scope.attributes, ...request.order.map(({ field }) => field)]),
    );
  }

  async #rows<Row = Item>(
    text: string,
    values: readonly unknown[],
    { mostBytes = mostReadBytes }: Pick<ReadScope, 'mostBytes'> = {},
  ): Promise<Row[]> {
    const options = { name: this.#names.of(text), mostBytes };
    return (await this.#relational.query<Row>(text, values, options)).rows;
  }
}
