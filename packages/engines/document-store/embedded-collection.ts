import type { CodedError } from '@tributary/runtime';
import { isStorable } from '../filter/checked-filter.ts';
import { filterToJsonbSql } from '../filter/jsonb.ts';
import { jsonbKeyset } from '../filter/keyset.ts';
import type { Filter } from '../filter/port.ts';
import type { SqlParameter } from '../filter/sql.ts';
import { writeOutbox } from '../outbox/relational.ts';
import type { Relational } from '../relational/port.ts';
import { checkedJson, checkReadLimit } from './document-check.ts';
import { insertMany } from './embedded-bulk.ts';
import { countByStatement, findByStatement } from './embedded-groups.ts';
import { type CollectionTable, conflictInWords, documentFields } from './embedded-schema.ts';
import type {
  DocumentCollection,
  DocumentWrite,
  FindByRequest,
  FindRequest,
  GroupedRequest,
  IndexDeclaration,
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

  async getMany(workspaceId: string, ids: readonly string[]): Promise<readonly StoredDocument[]> {
    checkReadLimit(ids.length);
    const text = `SELECT id, version, fields FROM ${this.#table.table} WHERE workspace_id = $1 AND id = ANY($2::text[])`;
    return this.#documents(
      workspaceId,
      text,
      [workspaceId, ids.filter(isStorable)],
      `get:${this.#table.table}`,
    );
  }

  async find({
    workspaceId,
    filter,
    orderBy = [],
    limit,
    after,
  }: FindRequest): Promise<readonly StoredDocument[]> {
    checkReadLimit(limit);
    const values: unknown[] = [workspaceId, limit];
    const param: SqlParameter = (value) => `$${values.push(value)}`;
    const keyset = jsonbKeyset(orderBy, { ...documentFields, id: 'id' });
    const conditions = ['workspace_id = $1'];
    if (filter !== undefined) conditions.push(filterToJsonbSql(filter, { ...documentFields, param }));
    if (after !== undefined) conditions.push(keyset.after(after, param));
    const text = `SELECT id, version, fields FROM ${this.#table.table} WHERE ${conditions.join(' AND ')} ORDER BY ${keyset.orderBy} LIMIT $2`;
    return this.#documents(workspaceId, text, values);
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
    return (await this.#relational.query(text, values)).rows.length === 0;
  }

  async findBy(request: FindByRequest): Promise<ReadonlyMap<string, readonly StoredDocument[]>> {
    const { workspaceId, values, limitPerGroup } = request;
    checkReadLimit(limitPerGroup);
    checkReadLimit(new Set(values).size * limitPerGroup);
    const statement = findByStatement(this.#table.table, request);
    const { rows } = await this.#relational.query<StoredRow & Grouped>(statement.text, statement.values);
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
    text: string,
    values: readonly unknown[],
    name?: string,
  ): Promise<readonly StoredDocument[]> {
    const { rows } = await this.#relational.query<StoredRow>(text, values, name);
    return rows.map(({ id, version, fields }) => ({ id, workspaceId, version, fields }));
  }
}
