import { systemClock } from '@tributary/runtime';
import { inject } from 'vitest';
import { openBatchEngine } from '../batch-engine/open.ts';
import type { BatchEngine, BatchQuery, BatchRow } from '../batch-engine/port.ts';
import { parseSparkUrl } from '../batch-engine/spark-address.ts';
import { SparkConnection } from '../batch-engine/spark-connection.ts';
import { type SparkPlan, SparkSession } from '../batch-engine/spark-session.ts';

/** The Spark of this run; `changes` go into the URL. */
export function sparkUrl(changes: Readonly<Record<string, string>> = {}): string {
  const url = new URL(inject('engines')['SPARK_URL'] ?? 'missing: run npm run test:engines -- spark');
  for (const [name, value] of Object.entries(changes)) {
    if (name === 'port') url.port = value;
    else if (name === 'username') url.username = value;
    else if (name === 'password') url.password = value;
    else url.searchParams.set(name, value);
  }
  return url.href;
}

export const openSpark = (url = sparkUrl(), clock = systemClock): Promise<BatchEngine> =>
  openBatchEngine(url, { clock });

/** Jobs of a user that are at work, as Spark itself says through its own monitoring: each job carries the user in a tag. */
export async function runningJobs(user: string): Promise<number> {
  const applications = `${inject('engines')['SPARK_UI_URL']}/api/v1/applications`;
  const [application] = (await (await fetch(applications)).json()) as readonly { readonly id: string }[];
  const answer = await fetch(`${applications}/${application?.id}/jobs?status=running`);
  const jobs = (await answer.json()) as readonly { readonly jobTags: readonly string[] }[];
  return jobs.filter(({ jobTags }) => jobTags.some((tag) => tag.includes(`_User_${user}_`))).length;
}

/** A session of an administrator, who may do to Spark what no query may. */
export async function administrator(work: (session: SparkSession) => Promise<void>): Promise<void> {
  using connection = await SparkConnection.open(parseSparkUrl(sparkUrl(), 'SPARK_URL'));
  await using session = new SparkSession(connection);
  await work(session);
}

export async function finished(session: SparkSession, plan: SparkPlan): Promise<void> {
  for await (const _ of session.execute(plan));
}

export interface Answer {
  readonly types: readonly string[];
  readonly rows: readonly BatchRow[];
}

export async function answerOf(engine: BatchEngine, query: BatchQuery): Promise<Answer> {
  await using result = await engine.query(query, { maxRows: 100_000, maxBytes: 100_000_000 });
  const rows: BatchRow[] = [];
  for await (const page of result.pages()) rows.push(...page);
  return { types: result.columns.map(({ type }) => type), rows };
}
