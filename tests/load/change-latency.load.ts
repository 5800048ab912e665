import { graphCaller, signedIn, startProduct, subscribing } from '@tributary/test-kit';
import { settled } from './process-figures.ts';
import { report } from './report.ts';

/** Mutation → subscriber: from sending the mutation to having the payload on another socket, one change at a time, 500 times; through the embedded log, and through Kafka. */
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
const rows: Record<string, Figures> = { 'tributary (embedded)': await measured('embedded:') };
if (kafka !== undefined) rows['tributary (Kafka)'] = await measured(`${kafka}/latency.`);
await report('change-latency', rows);
