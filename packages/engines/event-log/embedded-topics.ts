import { CodedError } from '@tributary/runtime';
import type { Relational } from '../relational/port.ts';
import type { TopicDeclaration } from './port.ts';

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

  /** @throws CodedError CONFIG_INVALID when a topic exists with another number of partitions: keys would change places and lose their order. */
  async declare(declarations: readonly TopicDeclaration[]): Promise<void> {
    await this.#relational.transaction(async (tx) => {
      // Sorted, so that two processes that declare at once never wait for each other in a circle.
      for (const { name, partitions, retentionMs } of [...declarations].sort((a, b) =>
        a.name < b.name ? -1 : 1,
      )) {
        const { rows } = await tx.query<{ id: number; partitions: number }>(
          `INSERT INTO event_log.topic (name, partitions, retention_ms) VALUES ($1, $2, $3)
           ON CONFLICT (name) DO UPDATE SET retention_ms = EXCLUDED.retention_ms RETURNING topic_id AS id, partitions`,
          [name, partitions, retentionMs],
        );
        const found = rows[0];
        if (found?.partitions !== partitions) {
          throw new CodedError(
            'CONFIG_INVALID',
            `The topic ${name} has ${found?.partitions} partitions and keeps them; ${partitions} were declared.`,
            {
              details: { topic: name },
            },
          );
        }
        await tx.query(
          `INSERT INTO event_log.partition (topic_id, partition) SELECT $1, n FROM generate_series(0, $2 - 1) AS n ON CONFLICT DO NOTHING`,
          [found.id, partitions],
        );
      }
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
