import { graphCaller, signedIn, startProduct, subscribing } from '@tributary/test-kit';
import { settled } from './process-figures.ts';
import { median, type Ratio, report } from './report.ts';

/** Mutation → subscriber: from sending the mutation to having the payload on another socket, one change at a time, 500 times; through the embedded log, and through Kafka. Three runs each, in turn, and of each the one in the middle. */
const changes = 500;
const warmUp = 50;

interface Change {
  readonly airportChanged: { readonly version: number };
}

interface Figures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

async function measured(eventLogUrl: string): Promise<Figures> {
  await using product = await startProduct({
    form: 'one',
    env: { EVENT_LOG_URL: eventLogUrl, REQUESTS_PER_MINUTE: '100000000' },
  });
  await settled(product.pid);
  const { url } = product;
  const editor = await signedIn(url, 'editor@demo.local');
  const { data } = await graphCaller(url)<{ airport: { id: string } }>('{ airport(iata: "DTW") { id } }');
  await using subscriber = await subscribing<Change>(url, {
    query: 'subscription { airportChanged { version } }',
  });
  const update =
    'mutation ($id: ID!, $name: String!) { updateAirport(id: $id, input: { name: $name }) { version } }';
  const change = async (name: string): Promise<number> => {
    const sentMs = performance.now();
    const { data: answer } = await editor<{ updateAirport: { version: number } }>(update, {
      id: data.airport.id,
      name,
    });
    await subscriber.first(({ airportChanged }) => airportChanged.version === answer.updateAirport.version);
    return performance.now() - sentMs;
  };
  for (let round = 0; round < warmUp; round += 1) await change(`warm ${round}`);
  const latencies: number[] = [];
  for (let round = 0; round < changes; round += 1) latencies.push(await change(`change ${round}`));
  latencies.sort((left, right) => left - right);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

const kafka = process.env['KAFKA_URL'];
const logs = {
  'tributary (embedded)': 'embedded:',
  ...(kafka === undefined ? {} : { 'tributary (Kafka)': `${kafka}/latency` }),
};
const runs = new Map<string, Figures[]>();
for (let turn = 0; turn < 3; turn += 1)
  for (const [name, log] of Object.entries(logs)) {
    // A product that starts anew has a log that is new.
    const figures = await measured(name === 'tributary (Kafka)' ? `${log}${turn}.` : log);
    runs.set(name, [...(runs.get(name) ?? []), figures]);
  }
const rows = Object.fromEntries([...runs].map(([name, some]) => [name, median(some, ({ p50Ms }) => p50Ms)]));
const bounds: Record<string, Ratio> = {};
for (const [name, { p50Ms, p99Ms }] of Object.entries(rows)) {
  // As promised: 30 and 150 ms.
  bounds[`p50 ms, ${name}`] = { is: p50Ms, most: 30 };
  bounds[`p99 ms, ${name}`] = { is: p99Ms, most: 150 };
}
const [embedded, onKafka] = [rows['tributary (embedded)'], rows['tributary (Kafka)']];
if (embedded !== undefined && onKafka !== undefined)
  bounds['p50, Kafka to embedded'] = { is: onKafka.p50Ms / embedded.p50Ms, most: 2 };
await report('change-latency', rows, bounds);
