import { Pool, request } from 'undici';

export interface Figures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface GatewayLoad {
  readonly url: string;
  readonly query: string;
  /** What every answer must be, to the last byte. */
  readonly expected: string;
  readonly clients: number;
  readonly durationMs: number;
  /** A token of its own for each request, so that none can share the answer of another. */
  readonly unique: boolean;
}

/** Each client sends its next request when it has the whole answer of the last. @throws Error when an answer is another than expected */
export async function loadOn(load: GatewayLoad): Promise<Figures> {
  const { origin, pathname: path } = new URL(load.url);
  const pool = new Pool(origin, { connections: load.clients, pipelining: 1 });
  const body = JSON.stringify({ query: load.query });
  const expected = Buffer.from(load.expected);
  const latencies: number[] = [];
  const startMs = performance.now();
  let sent = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - startMs < load.durationMs) {
      const sentMs = performance.now();
      sent += 1;
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (load.unique) headers['authorization'] = `Bearer ${startMs}-${sent}`;
      const answer = await pool.request({ path, method: 'POST', headers, body });
      const chunks: Buffer[] = [];
      for await (const chunk of answer.body) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      if (answer.statusCode !== 200 || !isExpected(bytes, expected))
        throw new Error(`${answer.statusCode} ${bytes.toString('utf8', 0, 300)}`);
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: load.clients }, client));
  const tookMs = performance.now() - startMs;
  await pool.close();
  latencies.sort((left, right) => left - right);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { requestsPerSecond: (latencies.length / tookMs) * 1_000, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/**
 * One request, alone. Resolves with the milliseconds it took, the whole answer read; what is expected is not known of very long ones, which must have no errors.
 * @throws Error when the answer is another
 */
export async function askOnce(url: string, query: string, expected: string | undefined): Promise<number> {
  const body = JSON.stringify({ query });
  const startMs = performance.now();
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const tookMs = performance.now() - startMs;
  const isRight =
    expected === undefined
      ? bytes.indexOf('"errors"') < 0 && bytes.byteLength > 8_000_000
      : isExpected(bytes, Buffer.from(expected));
  if (answer.statusCode !== 200 || !isRight)
    throw new Error(`${answer.statusCode} ${bytes.toString('utf8', 0, 300)}`);
  return tookMs;
}

/** To the last byte; @apollo/server puts a line break behind. */
function isExpected(bytes: Buffer, expected: Buffer): boolean {
  return bytes.subarray(0, expected.length).equals(expected) && bytes.length - expected.length <= 1;
}
