import { setTimeout as delay } from 'node:timers/promises';
import type { LogEvent } from '@tributary/engines/event-log';
import { createEvent } from '@tributary/engines/event-log/event';
import { systemClock } from '@tributary/runtime';
import { adapterLog, embeddedLog, type MeasuredLog } from './event-logs/adapter-log.ts';
import { kafkajsLog } from './event-logs/kafkajs-log.ts';
import { median, report } from './report.ts';

/**
 * Event logs, side by side on one machine: ours in tables, ours on Kafka, and kafkajs as its documents show it on the same broker (idempotent, `acks=all`, no compression).
 * `appended`: eight callers append batches of 100 events of some 500 bytes, and each waits for its acknowledgement. `single`: batches of one. `end to end`: one event at a time, from the call of append to the
 * reader's handler.
 */
const total = Number(process.argv[3] ?? 100_000);
const callers = 8;
const batch = 100;
const singles = 2_000;
const rounds = 500;
const partitions = 6;

interface Figures {
  readonly appendedPerSecond: number;
  readonly singlePerSecond: number;
  readonly endToEndP50Ms: number;
  readonly endToEndP99Ms: number;
}

let made = 0;
function eventsOf(count: number): LogEvent[] {
  return Array.from({ length: count }, () => {
    made += 1;
    return createEvent({
      type: 'load.thing.changed',
      source: '/load',
      subject: `Thing/${made % 1_000}`,
      workspaceId: 'load',
      actor: { kind: 'service', id: 'load' },
      data: { number: made, text: 'x'.repeat(150) },
      clock: systemClock,
    });
  });
}

/** Events a second, appended by callers that wait for each batch. */
async function rate(
  log: MeasuredLog,
  { events, size }: { readonly events: number; readonly size: number },
): Promise<number> {
  const batches = Array.from({ length: Math.ceil(events / size) }, () => eventsOf(size));
  const startMs = performance.now();
  const caller = async (): Promise<void> => {
    for (let next = batches.pop(); next !== undefined; next = batches.pop()) await log.append(next);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (events / (performance.now() - startMs)) * 1_000;
}

async function measured(open: () => Promise<MeasuredLog>): Promise<Figures> {
  await using log = await open();
  await rate(log, { events: 5_000, size: batch });
  const appendedPerSecond = await rate(log, { events: total, size: batch });
  const singlePerSecond = await rate(log, { events: singles, size: 1 });
  let arrived: (id: string) => void = () => undefined;
  await using _reader = await log.read((ids) => {
    for (const id of ids) arrived(id);
  });
  const latencies: number[] = [];
  for (let round = 0; round < rounds + 50; round += 1) {
    const [event] = eventsOf(1);
    if (event === undefined) continue;
    const there = new Promise<void>((resolve) => {
      arrived = (id) => {
        if (id === event.id) resolve();
      };
    });
    const startMs = performance.now();
    await log.append([event]);
    await there;
    if (round >= 50) latencies.push(performance.now() - startMs);
  }
  latencies.sort((left, right) => left - right);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { appendedPerSecond, singlePerSecond, endToEndP50Ms: at(0.5), endToEndP99Ms: at(0.99) };
}

/** Three runs each, in turn, and of each the one in the middle. */
const url = process.env['KAFKA_URL'];
const contenders: Readonly<Record<string, () => Promise<MeasuredLog>>> = {
  'tributary (embedded)': () => embeddedLog(partitions),
  ...(url === undefined
    ? {}
    : { 'tributary (Kafka)': () => adapterLog(url, partitions), kafkajs: () => kafkajsLog(url, partitions) }),
};
const runs = new Map<string, Figures[]>();
for (let turn = 0; turn < 3; turn += 1)
  for (const [name, open] of Object.entries(contenders)) {
    runs.set(name, [...(runs.get(name) ?? []), await measured(open)]);
    await delay(1_000);
  }
const rows = Object.fromEntries(
  [...runs].map(([name, some]) => [name, median(some, ({ appendedPerSecond }) => appendedPerSecond)]),
);
const [ours, raw] = [rows['tributary (Kafka)'], rows['kafkajs']];
const ratios =
  ours === undefined || raw === undefined
    ? {}
    : {
        // 0.8 is promised; the rest is for a machine that is not quiet.
        'appended, of kafkajs': { is: ours.appendedPerSecond / raw.appendedPerSecond, least: 0.75 },
        'single, of kafkajs': { is: ours.singlePerSecond / raw.singlePerSecond, least: 1.5 },
      };
await report('log', rows, ratios);
