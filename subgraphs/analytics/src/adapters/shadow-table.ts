import type { Sql } from '@tributary/engines/relational';
import { newId } from '@tributary/runtime';

/** What two versions said of one item. */
export interface ShadowPair {
  readonly live: number;
  readonly shadow: number;
}

export interface ShadowKey {
  readonly workspaceId: string;
  readonly name: string;
  readonly liveVersion: number;
  readonly shadowVersion: number;
}

/** Pairs kept of two versions: the newest. */
const keptPairs = 10_000;

const keyOf = ({ workspaceId, name, liveVersion, shadowVersion }: ShadowKey): readonly unknown[] => [
  workspaceId,
  name,
  liveVersion,
  shadowVersion,
];
const ofKey = 'workspace_id = $1 AND name = $2 AND live_version = $3 AND shadow_version = $4';

/** Adds pairs, and forgets the oldest beyond 10,000. What was compared while other versions became these two is of nobody any more, and not kept. */
export async function insertPairs(sql: Sql, key: ShadowKey, pairs: readonly ShadowPair[]): Promise<void> {
  await sql.query(
    `WITH model AS (SELECT FROM analytics.inference_model WHERE ${ofKey} FOR SHARE)
     INSERT INTO analytics.inference_shadow (workspace_id, name, live_version, shadow_version, id, live, shadow)
     SELECT $1, $2, $3, $4, id, live, shadow FROM model CROSS JOIN unnest($5::uuid[], $6::float8[], $7::float8[]) AS p(id, live, shadow)`,
    [
      ...keyOf(key),
      pairs.map(() => newId()),
      pairs.map(({ live }) => live),
      pairs.map(({ shadow }) => shadow),
    ],
  );
  await sql.query(
    `DELETE FROM analytics.inference_shadow WHERE ${ofKey} AND id <= (
       SELECT id FROM analytics.inference_shadow WHERE ${ofKey} ORDER BY id DESC OFFSET $5 LIMIT 1)`,
    [...keyOf(key), keptPairs],
  );
}

export async function readPairs(sql: Sql, key: ShadowKey): Promise<readonly ShadowPair[]> {
  const { rows } = await sql.query<ShadowPair>(
    `SELECT live, shadow FROM analytics.inference_shadow WHERE ${ofKey} ORDER BY id DESC LIMIT $5`,
    [...keyOf(key), keptPairs],
  );
  return rows;
}

/** Forgets what versions said that are not these two any more. */
export async function forgetOtherPairs(
  sql: Sql,
  {
    workspaceId,
    name,
    live,
    shadow,
  }: { workspaceId: string; name: string; live: number | null; shadow: number | null },
): Promise<void> {
  await sql.query(
    `DELETE FROM analytics.inference_shadow WHERE workspace_id = $1 AND name = $2
     AND (live_version IS DISTINCT FROM $3 OR shadow_version IS DISTINCT FROM $4)`,
    [workspaceId, name, live, shadow],
  );
}
