import type { CodedError } from '@tributary/runtime';
import { isStorable } from '../filter/checked-filter.ts';
import { filterToJsonbSql } from '../filter/jsonb.ts';
import { jsonbKeyset } from '../filter/keyset.ts';
import type { Filter } from '../filter/port.ts';
import type { SqlParameter } from '../filter/sql.ts';
import { writeOutbox } from '../outbox/relational.ts';
import { type Relational, type StatementOptions, wholeTableLimitMs } from '../relational/port.ts';
import { checkedJson, checkReadLimit, readBound } from './document-check.ts';
import { insertMany } from './embedded-bulk.ts';
import { countByStatement, findByStatement, type Statement } from './embedded-groups.ts';
import { type CollectionTable, conflictInWords, documentFields, readFields } from './embedded-schema.ts';
import type {
  DocumentCollection,
  DocumentWrite,
  FindByRequest,
  FindRequest,
  GroupedRequest,
  IndexDeclaration,
  ReadOptions,
  StoredDocument,
} from './port.ts';

interface Grouped {
  readonly $group: string;
}

type StoredRow = Pick<StoredDocument, 'id' | 'version' | 'fields'>;

/** A collection as a table of JSONB. Each write and its outbox rows are one transaction. */
export class EmbeddedCollection implements DocumentCollection {
  readonly #relational: Relational;
  readonly #table: CollectionTable;
  readonly #indexes: readonly IndexDeclaration[];

  constructor(relational: Relational, table: CollectionTable, indexes: readonly IndexDeclaration[]) {
    this.#relational = relational;
    this.#table = table;
    this.#indexes = indexes;
  }

  async getMany(
    workspaceId: string,
    ids: readonly string[],
    options: ReadOptions = {},
  ): Promise<readonly StoredDocument[]> {
    checkReadLimit(ids.length);
    const text = `SELECT id, version, ${readFields('$3')} FROM ${this.#table.table} WHERE workspace_id = $1 AND id = ANY($2::text[])`;
    const values = [workspaceId, ids.filter(isStorable), options.fields ?? null];
    const mostBytes = readBound(ids.length, options);
    return this.#documents(workspaceId, { text, values, name: `get:${this.#table.table}`, mostBytes });
  }

  async find(request: FindRequest): Promise<readonly StoredDocument[]> {
    const { workspaceId, filter, orderBy = [], limit, after, fields = null } = request;
    checkReadLimit(limit);
    const values: unknown[] = [workspaceId, limit, fields];
    const param: SqlParameter = (value) => `$${values.push(value)}`;
    const keyset = jsonbKeyset(orderBy, { ...documentFields, id: 'id' });
    const conditions = ['workspace_id = $1'];
    if (filter !== undefined) conditions.push(filterToJsonbSql(filter, { ...documentFields, param }));
    if (after !== undefined) conditions.push(keyset.after(after, param));
    const text = `SELECT id, version, ${readFields('$3')} FROM ${this.#table.table} WHERE ${conditions.join(' AND ')} ORDER BY ${keyset.orderBy} LIMIT $2`;
    return this.#documents(workspaceId, { text, values, mostBytes: readBound(limit, request) });
  }

  async count(workspaceId: string, filter?: Filter): Promise<number> {
    const values: unknown[] = [workspaceId];
    const param: SqlParameter = (value) => `$${values.push(value)}`;
    const predicate = filter === undefined ? 'TRUE' : filterToJsonbSql(filter, { ...documentFields, param });
    const text = `SELECT count(*)::integer AS count FROM ${this.#table.table} WHERE workspace_id = $1 AND ${predicate}`;
    const { rows } = await this.#relational.query<{ count: number }>(text, values);
    return rows[0]?.count ?? 0;
  }

  async isEmpty(filter?: Filter): Promise<boolean> {
    const values: unknown[] = [];
    const param: SqlParameter = (value) => `$${values.push(value)}`;
    const predicate = filter === undefined ? 'TRUE' : filterToJsonbSql(filter, { ...documentFields, param });
    const text = `SELECT 1 FROM ${this.#table.table} WHERE ${predicate} LIMIT 1`;
    // Where nothing is found all of the table was read, of all workspaces.
    const { rows } = await this.#relational.transaction((tx) => tx.query(text, values), {
      statementLimitMs: wholeTableLimitMs,
    });
    return rows.length === 0;
  }

  async findBy(request: FindByRequest): Promise<ReadonlyMap<string, readonly StoredDocument[]>> {
    const { workspaceId, values, limitPerGroup } = request;
    checkReadLimit(limitPerGroup);
    const most = new Set(values).size * limitPerGroup;
    checkReadLimit(most);
    const statement = findByStatement(this.#table.table, request);
    const { rows } = await this.#relational.query<StoredRow & Grouped>(statement.text, statement.values, {
      mostBytes: readBound(most, request),
    });
    const groups = new Map<string, StoredDocument[]>();
    for (const { $group, id, version, fields } of rows) {
      const document = { id, workspaceId, version, fields };
      const group = groups.get($group);
      if (group === undefined) groups.set($group, [document]);
      else group.push(document);
    }
    return groups;
  }

  async countBy(request: GroupedRequest): Promise<ReadonlyMap<string, number>> {
    const { text, values } = countByStatement(this.#table.table, request);
    const { rows } = await this.#relational.query<Grouped & { readonly count: number }>(text, values);
    return new Map(rows.map(({ $group, count }) => [$group, count]));
  }

  insertMany(writes: readonly DocumentWrite[]): Promise<readonly (CodedError | undefined)[]> {
    return insertMany(writes, { relational: this.#relational, table: this.#table, indexes: this.#indexes });
  }

  async insert(write: DocumentWrite): Promise<void> {
    const { id, workspaceId, version } = write.document;
    const json = checkedJson(write.document, this.#indexes);
    const text = `INSERT INTO ${this.#table.table} (workspace_id, id, version, fields) VALUES ($1, $2, $3, $4::jsonb)`;
    await this.#write(write, text, [workspaceId, id, version, json]);
  }

  async replace(expectedVersion: number, write: DocumentWrite): Promise<boolean> {
    const { id, workspaceId, version } = write.document;
    if (version !== expectedVersion + 1) throw new RangeError('a version is one more than the one before it');
    const json = checkedJson(write.document, this.#indexes);
    const text = `UPDATE ${this.#table.table} SET version = version + 1, fields = $4::jsonb WHERE workspace_id = $1 AND id = $2 AND version = $3`;
    return this.#write(write, text, [workspaceId, id, expectedVersion, json]);
  }

  async remove(expectedVersion: number, write: DocumentWrite): Promise<boolean> {
    const { id, workspaceId } = write.document;
    const text = `DELETE FROM ${this.#table.table} WHERE workspace_id = $1 AND id = $2 AND version = $3`;
    return this.#write(write, text, [workspaceId, id, expectedVersion]);
  }

  /** Events go out only where the statement found its row: a lost compare-and-set tells of nothing. */
  async #write(write: DocumentWrite, text: string, values: readonly unknown[]): Promise<boolean> {
    try {
      return await this.#relational.transaction(async (tx) => {
        const { rowCount } = await tx.query(text, values);
        if (rowCount === 0) return false;
        await writeOutbox(tx, write.events);
        return true;
      });
    } catch (error) {
      throw conflictInWords(error, this.#table.indexByConstraint);
    }
  }

  async #documents(
    workspaceId: string,
    { text, values, ...options }: Statement & StatementOptions,
  ): Promise<readonly StoredDocument[]> {
    const { rows } = await this.#relational.query<StoredRow>(text, values, options);
    return rows.map(({ id, version, fields }) => ({ id, workspaceId, version, fields }));
  }
}
