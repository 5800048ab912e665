import type { Sql } from '../relational/port.ts';
import type { GroupState, TopicCleanup, TopicState } from './port.ts';

/** Which log this is. */
export async function readIdentity(sql: Sql): Promise<string> {
  const { rows } = await sql.query<{ id: string }>('SELECT log_id AS id FROM event_log.identity');
  return `embedded:${rows[0]?.id}`;
}

/** All topics, by name. */
export async function readTopics(sql: Sql): Promise<readonly TopicState[]> {
  const { rows } = await sql.query<{
    name: string;
    retentionMs: string;
    cleanup: TopicCleanup;
    beginning: string[];
    end: string[];
  }>(
    `SELECT name, retention_ms AS "retentionMs", cleanup,
       array_agg(first_offset ORDER BY partition) AS beginning, array_agg(next_offset ORDER BY partition) AS "end"
     FROM event_log.topic JOIN event_log.partition USING (topic_id) GROUP BY topic_id ORDER BY name COLLATE "C"`,
  );
  return rows.map(({ name, retentionMs, cleanup, beginning, end }) => ({
    name,
    retentionMs: Number(retentionMs),
    cleanup,
    beginning: beginning.map(Number),
    end: end.map(Number),
  }));
}

/** All groups with a position, by name. */
export async function readGroups(sql: Sql): Promise<readonly GroupState[]> {
  const { rows } = await sql.query<{
    group: string;
    members: number;
    topic: string;
    partition: number;
    next: string;
    end: string;
  }>(
    `SELECT g.group_name AS "group", t.name AS topic, g.partition, g.next_offset AS next, p.next_offset AS "end",
       (SELECT count(*)::int FROM event_log.group_member m WHERE m.group_name = g.group_name AND m.expires_at >= now()) AS members
     FROM event_log.group_partition g JOIN event_log.topic t USING (topic_id) JOIN event_log.partition p USING (topic_id, partition)
     ORDER BY g.group_name COLLATE "C", t.name COLLATE "C", g.partition`,
  );
  const groups = new Map<
    string,
    { group: string; members: number; places: GroupState['places'][number][] }
  >();
  for (const { group, members, topic, partition, next, end } of rows) {
    const found = groups.get(group) ?? { group, members, places: [] };
    groups.set(group, found);
    found.places.push({ topic, partition, nextOffset: Number(next), endOffset: Number(end) });
  }
  return [...groups.values()];
}
