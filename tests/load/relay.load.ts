import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog, LogEvent } from '@tributary/engines/event-log';
import { createEvent } from '@tributary/engines/event-log/event';
import { openEventLog } from '@tributary/engines/event-log/open';
import { relationalOutbox, writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import { connectPostgres } from '@tributary/engines/relational/postgres';
import { relayLock, startRelay } from '@tributary/outbox-relay';
import { Closing, createLogger, Registry, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { relayProcesses } from './relays/relay-process.ts';
import { median, type Ratio, report } from './report.ts';

/**
 * The outbox relay, to the embedded log and to Kafka. `latency`: one change at a time, from the end of its transaction to the log's acknowledgement, and from there to a reader of the log. `hand-over`: two relays as processes of
 * their own; whichever leads is killed, or stands still (SIGSTOP), and a change is written at once: from the signal to its reader.
 */
const changes = Number(process.argv[3] ?? 500);
const warmUp = 50;
const latencyRounds = 3;
const handOvers = 5;
const topic = 'data.record';
const silent = createLogger({ name: 'load', level: 'silent' });

interface Latencies {
  readonly toLogP50Ms: number;
  readonly toLogP99Ms: number;
  readonly toReaderP50Ms: number;
  readonly toReaderP99Ms: number;
  readonly inAllP50Ms: number;
  readonly inAllP99Ms: number;
}
interface HandOvers {
  readonly killedMs: number;
  readonly killedSlowestMs: number;
  readonly stoppedMs: number;
  readonly stoppedSlowestMs: number;
}

let made = 0;
function change(): LogEvent {
  made += 1;
  return createEvent({
    type: 'data.record.updated',
    source: '/load',
    subject: 'Airport/1',
    workspaceId: 'load',
    actor: { kind: 'service', id: 'load' },
    data: { model: 'Airport', id: '1', version: made, before: {}, after: { n: made }, changed: ['n'] },
    clock: systemClock,
  });
}

/** Moments by event id, to be waited for. */
class Moments {
  readonly #waiting = new Map<string, (atMs: number) => void>();

  of(id: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  note(events: readonly LogEvent[]): void {
    const atMs = performance.now();
    for (const { id } of events) {
      this.#waiting.get(id)?.(atMs);
      this.#waiting.delete(id);
    }
  }
}

/** Commits a change; answers when that was. */
async function commit(relational: Relational, event: LogEvent): Promise<number> {
  await relational.transaction((tx) => writeOutbox(tx, [{ topic, event }]));
  return performance.now();
}

async function latencies(relational: Relational, eventLog: EventLog, read: Moments): Promise<Latencies> {
  const taken = new Moments();
  // Of the two ways into a log the relay takes the one that this log has.
  const told = Object.create(eventLog, {
    ownOutbox: { value: eventLog.ownOutbox },
    append: {
      value: async (of: string, events: readonly LogEvent[]) => {
        await eventLog.append(of, events);
        taken.note(events);
      },
    },
    move: {
      value:
        eventLog.move &&
        (async (...args: Parameters<NonNullable<EventLog['move']>>) => {
          const moved = await eventLog.move?.(...args);
          taken.note(args[1].map(({ event }) => event));
          return moved;
        }),
    },
  }) as EventLog;
  await using _relay = startRelay({
    sources: [await relationalOutbox(relational)],
    log: told,
    lock: relayLock(relational),
    logger: silent,
    metrics: new Registry(),
    clock: systemClock,
  });
  const rows: { readonly toLog: number; readonly toReader: number; readonly inAll: number }[] = [];
  for (let round = 0; round < changes + warmUp; round += 1) {
    const event = change();
    const [inLog, atReader] = [taken.of(event.id), read.of(event.id)];
    const committedMs = await commit(relational, event);
    const [takenMs, readMs] = await Promise.all([inLog, atReader]);
    // Either may be told before the commit's own answer is here, and a reader before the relay.
    const row = { toLog: takenMs - committedMs, toReader: readMs - takenMs, inAll: readMs - committedMs };
    if (round >= warmUp) rows.push(row);
  }
  const at = (of: keyof (typeof rows)[number], share: number): number => {
    const sorted = rows.map((row) => Math.max(0, row[of])).sort((left, right) => left - right);
    return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  };
  return {
    toLogP50Ms: at('toLog', 0.5),
    toLogP99Ms: at('toLog', 0.99),
    toReaderP50Ms: at('toReader', 0.5),
    toReaderP99Ms: at('toReader', 0.99),
    inAllP50Ms: at('inAll', 0.5),
    inAllP99Ms: at('inAll', 0.99),
  };
}

async function handedOver(
  relational: Relational,
  read: Moments,
  env: Readonly<Record<string, string>>,
): Promise<HandOvers> {
  await using relays = relayProcesses(env);
  const taking = { SIGKILL: [] as number[], SIGSTOP: [] as number[] };
  let leader = await relays.start();
  await leader.leads;
  for (let round = 0; round < 2 * handOvers; round += 1) {
    const next = await relays.start();
    const signal = round % 2 === 0 ? 'SIGKILL' : 'SIGSTOP';
    const event = change();
    const atReader = read.of(event.id);
    const signalledMs = performance.now();
    leader.child.kill(signal);
    await commit(relational, event);
    taking[signal].push((await atReader) - signalledMs);
    await next.leads;
    await relays.end(leader);
    leader = next;
  }
  return {
    killedMs: median(taking.SIGKILL, (ms) => ms),
    killedSlowestMs: Math.max(...taking.SIGKILL),
    stoppedMs: median(taking.SIGSTOP, (ms) => ms),
    stoppedSlowestMs: Math.max(...taking.SIGSTOP),
  };
}

async function measured(eventLogUrl: string): Promise<{ latency: Latencies; handOver: HandOvers }> {
  await using closing = new Closing();
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-load-'));
  closing.use('folder', { [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) });
  const server = closing.use('server', await startEmbeddedPostgres({ dataDir }));
  const relational = closing.use(
    'database',
    connectPostgres(server.url, { log: silent, poolSize: 12, applicationName: 'load' }),
  );
  const eventLog = closing.use('log', await openEventLog(eventLogUrl, { relational, log: silent }));
  await eventLog.declareTopics(topicContracts());
  const read = new Moments();
  closing.use(
    'reader',
    await eventLog.tail({
      topics: [topic],
      onRecords: (records) => read.note(records.map(({ event }) => event)),
    }),
  );
  const rounds: Latencies[] = [];
  for (let round = 0; round < latencyRounds; round += 1)
    rounds.push(await latencies(relational, eventLog, read));
  const env = { DATABASE_URL: server.url, EVENT_LOG_URL: eventLogUrl };
  return {
    latency: median(rounds, ({ inAllP50Ms }) => inAllP50Ms),
    handOver: await handedOver(relational, read, env),
  };
}

const kafka = process.env['KAFKA_URL'];
const logs = { embedded: 'embedded:', ...(kafka === undefined ? {} : { Kafka: `${kafka}/relay.` }) };
const rows: Record<string, object> = {};
const ratios: Record<string, Ratio> = {};
for (const [name, url] of Object.entries(logs)) {
  const { latency, handOver } = await measured(url);
  rows[`latency (${name})`] = latency;
  rows[`hand-over (${name})`] = handOver;
  // As promised: 20 ms, and two seconds, each time.
  ratios[`to a reader, p50 ms (${name})`] = { is: latency.inAllP50Ms, most: 20 };
  ratios[`killed, slowest ms (${name})`] = { is: handOver.killedSlowestMs, most: 2_000 };
  ratios[`stopped, slowest ms (${name})`] = { is: handOver.stoppedSlowestMs, most: 2_000 };
}
await report('relay', rows, ratios);
