import { CodedError } from '@tributary/runtime';
import type { Relational, Sql } from '../relational/port.ts';
import type { TopicDeclaration, TopicDrift } from './port.ts';
import { driftOf, partitionsFixed, type TopicSettings } from './topic-drift.ts';
import { assertOwnNames } from './topic-names.ts';

export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
}

/** The topics there are. What was once read stays true: a topic keeps its id and its number of partitions. */
export class TopicCatalogue {
  readonly #relational: Relational;
  readonly #byName = new Map<string, Topic>();

  constructor(relational: Relational) {
    this.#relational = relational;
  }

  /** @throws CodedError TOPIC_PARTITIONS_FIXED, CONFIG_INVALID */
  async declare(declarations: readonly TopicDeclaration[]): Promise<readonly TopicDrift[]> {
    assertOwnNames(declarations);
    return this.#relational.transaction(async (tx) => {
      const drifts: TopicDrift[] = [];
      // Sorted, so that two processes that declare at once never wait for each other in a circle.
      for (const declaration of [...declarations].sort((a, b) => (a.name < b.name ? -1 : 1)))
        drifts.push(...(await declareOne(tx, declaration)));
      return drifts;
    });
  }

  /** @throws CodedError CONFIG_INVALID for a topic nobody declared. */
  async get(name: string): Promise<Topic> {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const { rows } = await this.#relational.query<Topic>(
      'SELECT topic_id AS id, name, partitions FROM event_log.topic WHERE name = $1',
      [name],
    );
    const topic = rows[0];
    if (topic === undefined)
      throw new CodedError('CONFIG_INVALID', `The topic ${name} is not declared.`, {
        details: { topic: name },
      });
    this.#byName.set(name, topic);
    return topic;
  }

  getAll(names: readonly string[]): Promise<readonly Topic[]> {
    return Promise.all([...new Set(names)].map((name) => this.get(name)));
  }
}

interface TopicRow {
  readonly id: number;
  readonly partitions: number;
  readonly retentionMs: string;
  readonly cleanup: TopicSettings['cleanup'];
}

async function declareOne(
  tx: Sql,
  { name, partitions, retentionMs, cleanup = 'delete' }: TopicDeclaration,
): Promise<readonly TopicDrift[]> {
  const made = await tx.query<TopicRow>(
    `INSERT INTO event_log.topic (name, partitions, retention_ms, cleanup) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO NOTHING RETURNING topic_id AS id, partitions, retention_ms AS "retentionMs", cleanup`,
    [name, partitions, retentionMs, cleanup],
  );
  const known = made.rows[0] ?? (await heldTopic(tx, name));
  if (known.partitions !== partitions)
    throw partitionsFixed(name, { found: known.partitions, declared: partitions });
  const drifts = driftOf(name, {
    found: { retentionMs: String(known.retentionMs), cleanup: known.cleanup },
    declared: { retentionMs: String(retentionMs), cleanup },
  });
  if (drifts.length > 0)
    await tx.query('UPDATE event_log.topic SET retention_ms = $2, cleanup = $3 WHERE topic_id = $1', [
      known.id,
      retentionMs,
      cleanup,
    ]);
  if (made.rowCount > 0)
    await tx.query(
      'INSERT INTO event_log.partition (topic_id, partition) SELECT $1, n FROM generate_series(0, $2 - 1) AS n',
      [known.id, partitions],
    );
  return drifts;
}

async function heldTopic(tx: Sql, name: string): Promise<TopicRow> {
  const { rows } = await tx.query<TopicRow>(
    `SELECT topic_id AS id, partitions, retention_ms AS "retentionMs", cleanup
     FROM event_log.topic WHERE name = $1 FOR UPDATE`,
    [name],
  );
  const [found] = rows;
  if (found === undefined)
    throw new CodedError('CONFLICT', `The topic ${name} vanished while it was declared.`);
  return found;
}
