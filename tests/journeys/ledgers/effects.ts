import { eventually, type GraphCaller } from '@tributary/test-kit';
import { expect } from 'vitest';
import { acknowledgedFlights, type Ledger } from '../ledger-writer.ts';

/** What events of flights cause, beside the audit log: a run each by a trigger, and a count by a metric. */
export interface Effects {
  readonly triggerId: string;
  /** Where the flights of the ledger begin, and no others. */
  readonly originId: string;
}

/** `owner` may make triggers. */
export async function startEffects(owner: GraphCaller, originId: string): Promise<Effects> {
  const input = {
    name: 'a run for each flight',
    job: 'export-query',
    topic: 'data.record',
    types: ['data.record.created'],
    subject: 'Flight/*',
    input: { sql: 'SELECT 1 AS one', name: { fromEvent: 'data.id' } },
    runsPerMinute: 10_000,
  };
  const { data, errors } = await owner<{ createTrigger: { id: string } }>(
    'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { id } }',
    { input },
  );
  expect(errors).toEqual([]);
  return { triggerId: data.createTrigger.id, originId };
}

/**
 * Each flight that is stored, acknowledged or not, started one run and was counted once. Called when the audit log has everything: what was told twice has been
 * told by then.
 */
export async function everyEffectOnce(owner: GraphCaller, ledger: Ledger, effects: Effects): Promise<void> {
  const { triggerId, originId } = effects;
  const acknowledged = acknowledgedFlights(ledger);
  expect(acknowledged.length).toBeGreaterThan(0);
  await eventually(
    async () => {
      const flights = await everyNode<{ id: string }>(owner, 'flights', {
        fields: 'id',
        where: `where: { origin: { eq: "${originId}" } },`,
      });
      const stored = flights.map(({ id }) => id);
      expect(stored).toEqual(expect.arrayContaining([...acknowledged]));
      const runs = await everyNode<{ input: { name: string } }>(owner, 'runs', {
        fields: 'input',
        where: `where: { origin: { eq: "trigger:${triggerId}" } },`,
      });
      expect(runs.map(({ input }) => input.name).sort()).toEqual(stored.sort());
      expect(await counted(owner, originId)).toBe(stored.length);
    },
    { timeoutMs: 120_000 },
  );
}

async function counted(owner: GraphCaller, originId: string): Promise<number> {
  const { data, errors } = await owner<{ metric: { series: { points: { rows: number }[] }[] } }>(
    `query ($where: JSON) { metric(name: "flight_delay", window: DAY, where: $where, from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") {
      series { points { rows } } } }`,
    { where: { origin: originId } },
  );
  expect(errors).toEqual([]);
  return data.metric.series[0]?.points[0]?.rows ?? 0;
}

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

async function everyNode<Node>(
  ask: GraphCaller,
  list: 'flights' | 'runs',
  { fields, where }: { readonly fields: string; readonly where: string },
): Promise<Node[]> {
  const nodes: Node[] = [];
  let after: string | undefined;
  do {
    const { data, errors } = await ask<Record<string, Page<Node>>>(
      `query ($after: Cursor) { ${list}(${where} first: 100, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    expect(errors).toEqual([]);
    nodes.push(...(data[list]?.nodes ?? []));
    after = data[list]?.pageInfo.hasNextPage === true ? data[list].pageInfo.endCursor : undefined;
  } while (after !== undefined);
  return nodes;
}
