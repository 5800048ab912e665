import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog, LogEvent } from '@tributary/engines/event-log';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { Relational } from '@tributary/engines/relational';
import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import { openRelational } from '@tributary/engines/relational/open';
import type { Pipeline } from '@tributary/engines/stream-engine';
import { openStreamEngine } from '@tributary/engines/stream-engine/open';
import { systemClock as clock, createLogger, newId } from '@tributary/runtime';
import { report } from './report.ts';

/**
 * Events of page views lie in the log; measured is how fast they become windows: read from the log, computed, and committed with their state and position,
 * durably, on one PostgreSQL. `counted`: views by page and in total, by hour and by day. `sketched`: with a mean and a percentile as well. `hopping`: that and the
 * last day by the hour, the demo's own metric, where each view is in 26 windows of each of two groupings. The promise is 50,000 events/s.
 */
const events = Number(process.argv[3] ?? 300_000);
const topic = 'load.viewed';
const partitions = 4;
const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);

const counted: Pipeline = {
  name: 'counted',
  source: {
    topic,
    types: ['load.viewed'],
    only: { field: 'name', value: 'page.viewed' },
    rows: 'properties',
  },
  timeField: undefined,
  filter: undefined,
  dimensions: ['path'],
  groupings: [[], ['path']],
  measures: [{ name: 'views', function: 'count' }],
  windows: [
    { name: 'HOUR', kind: 'tumble', sizeMs: hourMs, offsetMs: 0 },
    { name: 'DAY', kind: 'tumble', sizeMs: 24 * hourMs, offsetMs: 0 },
  ],
  outOfOrdernessMs: 60_000,
  allowedLatenessMs: 24 * hourMs,
  idleAfterMs: 60_000,
  ahead: undefined,
  maxGroups: 10_000,
  keepMs: 400 * 24 * hourMs,
};
const sketched: Pipeline = {
  ...counted,
  name: 'sketched',
  measures: [
    ...counted.measures,
    { name: 'loadMs', function: 'avg', field: 'loadMs' },
    { name: 'loadMsP95', function: 'percentile', field: 'loadMs', percentile: 95 },
  ],
};
const hopping: Pipeline = {
  ...sketched,
  name: 'hopping',
  windows: [
    ...sketched.windows,
    { name: 'LAST_DAY', kind: 'hop', sizeMs: 24 * hourMs, slideMs: hourMs, offsetMs: 0 },
  ],
};

/** 200 pages and 20 visits a second, a little out of order. */
async function fill(eventLog: EventLog): Promise<void> {
  const workspaceid = newId();
  for (let sent = 0; sent < events; sent += 1_000) {
    const batch = Array.from({ length: 1_000 }, (_, n): LogEvent => {
      const at = sent + n;
      const subject = `Subject/${at % 5_000}`;
      return {
        specversion: '1.0',
        id: newId(),
        source: '/load',
        type: 'load.viewed',
        subject,
        time: new Date(startMs + at * 50 - ((at * 13) % 30) * 1_000).toISOString(),
        datacontenttype: 'application/json',
        workspaceid,
        partitionkey: subject,
        actorkind: 'apiKey',
        actorid: workspaceid,
        data: {
          name: 'page.viewed',
          subject,
          properties: {
            path: `/page/${(at * 7) % 200}`,
            referrer: null,
            loadMs: 50 + ((at * 31) % 900),
          },
        },
      };
    });
    await eventLog.append(topic, batch);
  }
}

async function measure(
  pipeline: Pipeline,
  { relational, eventLog }: { readonly relational: Relational; readonly eventLog: EventLog },
): Promise<{ readonly eventsPerSecond: number; readonly seconds: number }> {
  const log = createLogger({ name: 'load', level: 'warn' });
  const engine = await openStreamEngine('embedded:', {
    relational,
    eventLog,
    eventLogUrl: 'embedded:',
    clock,
    log,
  });
  let told = 0;
  const startedMs = performance.now();
  const running = await engine.run([pipeline], async (_tx, results) => {
    told += results.length;
  });
  for (let done = 0; done < events; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { rows } = await relational.query<{ done: number }>(
      'SELECT coalesce(sum(next_offset), 0)::int AS done FROM stream.position',
    );
    done = rows[0]?.done ?? 0;
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  await running[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  if (told === 0) throw new Error('no window was told');
  return { eventsPerSecond: events / seconds, seconds };
}

const log = createLogger({ name: 'load', level: 'warn' });
const dataDir = await mkdtemp(join(tmpdir(), 'tributary-load-'));
const server = await startEmbeddedPostgres({ dataDir });
try {
  await using relational = await openRelational(server.url, { dataDir, log, poolSize: 8 });
  await using eventLog = await openEventLog('embedded:', { relational, log });
  await eventLog.declareTopics([{ name: topic, partitions, retentionMs: 365 * 24 * hourMs }]);
  await fill(eventLog);
  const rows: Record<string, object> = {};
  for (const pipeline of [counted, sketched, hopping])
    rows[pipeline.name] = await measure(pipeline, { relational, eventLog });
  await report('windower', rows);
} finally {
  await server[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
}
