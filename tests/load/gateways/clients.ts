import { Client, type Dispatcher, request } from 'undici';

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

/**
 * Each client sends its next request when it has the whole answer of the last. The clients share a core with the subgraphs, and must not be what is measured:
 * they compare the bytes as they come, without a stream or a copy of the answer.
 * @throws Error when an answer is another than expected
 */
export async function loadOn(load: GatewayLoad): Promise<Figures> {
  const { origin, pathname: path } = new URL(load.url);
  const body = JSON.stringify({ query: load.query });
  const expected = Buffer.from(load.expected);
  const latencies: number[] = [];
  const startMs = performance.now();
  let sent = 0;
  const client = async (): Promise<void> => {
    await using connection = new Connection(origin, expected);
    while (performance.now() - startMs < load.durationMs) {
      const sentMs = performance.now();
      sent += 1;
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (load.unique) headers['authorization'] = `Bearer ${startMs}-${sent}`;
      await connection.ask({ path, method: 'POST', headers, body });
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: load.clients }, client));
  const tookMs = performance.now() - startMs;
  latencies.sort((left, right) => left - right);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { requestsPerSecond: (latencies.length / tookMs) * 1_000, p50Ms: at(0.5), p99Ms: at(0.99) };
}

class Connection implements AsyncDisposable {
  readonly #client: Client;
  readonly #expected: Buffer;

  constructor(origin: string, expected: Buffer) {
    this.#client = new Client(origin, { pipelining: 1 });
    this.#expected = expected;
  }

  ask(request: Dispatcher.DispatchOptions): Promise<void> {
    const expected = this.#expected;
    return new Promise((resolve, reject) => {
      let status = 0;
      let length = 0;
      let isSame = true;
      this.#client.dispatch(request, {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_controller, chunk) => {
          const end = Math.min(length + chunk.length, expected.length);
          if (length < end) isSame &&= expected.compare(chunk, 0, end - length, length, end) === 0;
          length += chunk.length;
        },
        onResponseEnd: () => {
          // @apollo/server puts a line break behind.
          const isWhole = length === expected.length || length === expected.length + 1;
          if (status === 200 && isSame && isWhole) resolve();
          else reject(new Error(`${status}: another answer of ${length} bytes`));
        },
        onResponseError: (_controller, error) => reject(error),
      });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.close();
  }
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
