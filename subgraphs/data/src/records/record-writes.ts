import { outboxInsert, writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational, Sql } from '@tributary/engines/relational';
import { violatedConstraint } from '@tributary/engines/relational/violated-constraint';
import { CodedError } from '@tributary/runtime';
import { creationEvents } from '../items/creation-events.ts';
import type { Creator, Ending, Item, ItemChange, ItemWrites } from '../items/item-store.ts';
import { inUse, notFound, takenBy } from '../items/refusals.ts';
import {
  type Attribute,
  attributeOf,
  keyAttributes,
  type Model,
  type Models,
  referencesTo,
} from '../models/model.ts';
import { columnTexts } from './column-texts.ts';
import { bareType } from './column-types.ts';
import { quoted, selectList, tableOf } from './record-sql.ts';
import { isUniqueName } from './table-names.ts';
import { tooLargeIn } from './too-large.ts';

/** Its number among the values of the insert. */
const firstColumn = 4;

/** The statements of one model's writes: their texts never change, so each connection prepares them once. */
interface WriteTexts {
  readonly insert: string;
  readonly taken: string;
  readonly lockForUpdate: string;
  readonly lockForRemoval: string;
  readonly update: string;
  readonly remove: string;
}

/** Writes of a relational model: rows and events commit in one transaction. */
export class RecordWrites implements ItemWrites {
  readonly #model: Model;
  readonly #models: Models;
  readonly #relational: Relational;
  readonly #texts: WriteTexts;

  constructor(model: Model, models: Models, relational: Relational) {
    this.#model = model;
    this.#models = models;
    this.#relational = relational;
    this.#texts = writeTexts(model);
  }

  /**
   * One statement, however many rows: it inserts what is not taken, writes the events of what it inserted, and answers what is taken. That is told by position,
   * after one more statement that says by which field.
   */
  async create(items: readonly Item[], by: Creator): Promise<readonly (CodedError | undefined)[]> {
    const { topic, lines } = creationEvents(this.#model, items, by);
    const events = lines.join('\n');
    const tooLarge = tooLargeIn(items, events);
    if (tooLarge !== undefined) return this.#createOthers(items, by, tooLarge);
    const { workspaceId } = by.principal;
    const values = [workspaceId, events, topic, ...columnTexts(this.#model, items)];
    const { rows } = await this.#transaction((tx) =>
      tx.query<{ readonly id: string }>(this.#texts.insert, values, `insert:${this.#model.table}`),
    );
    if (rows.length === 0) return items.map(() => undefined);
    const refused = new Set(rows.map(({ id }) => id));
    const taken = await this.#takenFields(
      workspaceId,
      items.filter(({ id }) => refused.has(id)),
    );
    return items.map(({ id }) => (refused.has(id) ? takenBy(this.#model, taken.get(id)) : undefined));
  }

  async #createOthers(
    items: readonly Item[],
    by: Creator,
    refusals: readonly (CodedError | undefined)[],
  ): Promise<readonly (CodedError | undefined)[]> {
    const others = items.filter((_, at) => refusals[at] === undefined);
    const outcomes = others.length === 0 ? [] : [...(await this.create(others, by))];
    return refusals.map((refusal) => refusal ?? outcomes.shift());
  }

  /** The insert has waited for whoever held the same value, so this statement sees what was in its way. */
  async #takenFields(
    workspaceId: string,
    refused: readonly Item[],
  ): Promise<ReadonlyMap<string, Attribute | undefined>> {
    const values = [workspaceId, JSON.stringify(refused)];
    const { rows } = await this.#relational.query<{ readonly id: string; readonly field: string | null }>(
      this.#texts.taken,
      values,
      `taken:${this.#model.table}`,
    );
    return new Map(rows.map(({ id, field }) => [id, attributeOf(this.#model, field ?? '')]));
  }

  update(workspaceId: string, id: string, change: (stored: Item) => ItemChange | undefined): Promise<Item> {
    return this.#transaction(async (tx) => {
      const stored = await this.#lock(tx, { workspaceId, id, forRemoval: false });
      const changed = change(stored);
      if (changed === undefined) return stored;
      const { next, event } = changed;
      await tx.query(
        this.#texts.update,
        [workspaceId, id, JSON.stringify(next)],
        `update:${this.#model.table}`,
      );
      await writeOutbox(tx, [event]);
      return next;
    });
  }

  remove(workspaceId: string, id: string, ending: Ending): Promise<Item> {
    return this.#transaction(async (tx) => {
      // FOR UPDATE keeps new references out until this transaction ends, so what is counted below stays true.
      const stored = await this.#lock(tx, { workspaceId, id, forRemoval: true });
      const events = ending(stored);
      await this.#refuseWhileReferred(tx, workspaceId, id);
      await tx.query(this.#texts.remove, [workspaceId, id], `remove:${this.#model.table}`);
      await writeOutbox(tx, events);
      return stored;
    });
  }

  async #lock(
    tx: Sql,
    {
      workspaceId,
      id,
      forRemoval,
    }: { readonly workspaceId: string; readonly id: string; readonly forRemoval: boolean },
  ): Promise<Item> {
    const text = forRemoval ? this.#texts.lockForRemoval : this.#texts.lockForUpdate;
    const { rows } = await tx.query<Item>(
      text,
      [workspaceId, id],
      `${forRemoval ? 'hold' : 'lock'}:${this.#model.table}`,
    );
    const [stored] = rows;
    if (stored === undefined) throw notFound(this.#model);
    return stored;
  }

  async #refuseWhileReferred(tx: Sql, workspaceId: string, id: string): Promise<void> {
    for (const { model, attribute } of referencesTo(this.#models, this.#model.name)) {
      if (model.store !== 'RELATIONAL') continue;
      // What an item says of itself ends with it.
      const others = model.name === this.#model.name ? ' AND t.id <> $2' : '';
      const text = `SELECT count(*)::integer AS count FROM ${tableOf(model)} t WHERE t.workspace_id = $1 AND t.${quoted(attribute.column)} = $2${others}`;
      const { rows } = await tx.query<{ readonly count: number }>(text, [workspaceId, id]);
      const count = rows[0]?.count ?? 0;
      if (count > 0) throw inUse(this.#model, { by: `${model.name}.${attribute.name}`, count });
    }
  }

  async #transaction<Result>(work: (tx: Sql) => Promise<Result>): Promise<Result> {
    try {
      return await this.#relational.transaction(work);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** A constraint's name as the field it stands for. */
  #explained(error: unknown): unknown {
    const constraint = violatedConstraint(error);
    if (error instanceof CodedError && error.code === 'CONFLICT' && constraint !== undefined) {
      const taken = this.#model.attributes.find((attribute) =>
        isUniqueName(this.#model, attribute, constraint),
      );
      return takenBy(this.#model, taken);
    }
    // What was referred to was there when it was looked up, and was deleted before this committed.
    if (error instanceof Error && 'code' in error && error.code === '23503') {
      return new CodedError('STATE_CONFLICT', 'Something it refers to was deleted at the same moment.', {
        cause: error,
      });
    }
    // A process with newer models has added a bound that this one does not know of yet.
    if (error instanceof Error && 'code' in error && error.code === '23514') {
      return new CodedError(
        'BAD_USER_INPUT',
        `A value is out of the bounds that ${this.#model.name} has by now.`,
        {
          cause: error,
        },
      );
    }
    return error;
  }
}

function writeTexts(model: Model): WriteTexts {
  const table = tableOf(model);
  const columns = model.attributes.map(({ column }) => quoted(column)).join(', ');
  const shape = model.attributes
    .map((attribute) => `${quoted(attribute.name)} ${bareType(attribute)}`)
    .join(', ');
  const texts = model.attributes
    .map((attribute, at) => `unnest($${firstColumn + at}::${bareType(attribute)}[])`)
    .join(', ');
  const ids = `$${firstColumn + model.attributes.findIndex(({ name }) => name === 'id')}::uuid[]`;
  const assignments = model.attributes
    .filter(({ name }) => name !== 'id')
    .map(({ column, name }) => `${quoted(column)} = r.${quoted(name)}`);
  const taken = keyAttributes(model).map(
    ({ name, column }) =>
      `WHEN EXISTS (SELECT 1 FROM ${table} t WHERE t.workspace_id = $1 AND t.${quoted(column)} = r.${quoted(name)}) THEN '${name}'`,
  );
  const one = 'WHERE t.workspace_id = $1 AND t.id = $2';
  const stored = `SELECT ${selectList(model, 'all')} FROM ${table} t ${one}`;
  return {
    // Rows come as columns, which the server reads several times faster than JSON, and their events as lines, since JSON has none within: to put an event together here costs
    // more than all of it costs on its way. Nearly always all rows are made: only where some are not is it looked up which, and their events left out.
    insert: `WITH made AS (
        INSERT INTO ${table} ("workspace_id", ${columns})
        SELECT $1, ${texts}
        ON CONFLICT DO NOTHING RETURNING "id"
      ), counted AS MATERIALIZED (
        SELECT (SELECT count(*) FROM made) = cardinality(${ids}) AS "all made"
      ), events AS MATERIALIZED (
        SELECT $3::text AS topic, event, n FROM string_to_table($2, E'\\n') WITH ORDINALITY AS e(event, n)
        WHERE (SELECT "all made" FROM counted)
        UNION ALL
        SELECT $3::text, event, n FROM ROWS FROM (string_to_table($2, E'\\n'), unnest(${ids})) WITH ORDINALITY AS e(event, "id", n)
        JOIN made USING ("id") WHERE NOT (SELECT "all made" FROM counted)
      ), told AS (
        ${outboxInsert('events', { refusable: true })}
      )
      SELECT "id" FROM unnest(${ids}) AS input("id")
      WHERE NOT (SELECT "all made" FROM counted) AND "id" NOT IN (SELECT "id" FROM made)`,
    taken: `SELECT r."id", CASE ${taken.join(' ')} END AS field FROM json_to_recordset($2::json) AS r(${shape})`,
    lockForUpdate: `${stored} FOR NO KEY UPDATE`,
    lockForRemoval: `${stored} FOR UPDATE`,
    update: `UPDATE ${table} t SET ${assignments.join(', ')} FROM json_to_record($3::json) AS r(${shape}) ${one}`,
    remove: `DELETE FROM ${table} t ${one}`,
  };
}
