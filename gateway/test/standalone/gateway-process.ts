import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually, typescriptProgram } from '@tributary/test-kit';

export interface GatewayProcess extends AsyncDisposable {
  readonly url: string;
  ask(query: string): Promise<unknown>;
  /** As its orchestrator does. */
  terminate(): void;
  /** Its exit code, and the signal that ended it. */
  readonly ended: Promise<readonly [number | null, string | null]>;
}

export interface GatewayProcessOptions {
  readonly supergraphSdl: string;
  /** Of its settings' file. */
  readonly settings?: string;
  readonly metricsPort?: number;
  /** A certificate that it trusts besides, in PEM. */
  readonly authority?: string;
  /** Of what JavaScript holds, in megabytes: with more than that it dies. */
  readonly heapMb?: number;
}

const main = fileURLToPath(new URL('../../src/standalone/main.ts', import.meta.url));

/** Starts the gateway alone as a process of its own, and waits until it serves; disposing ends it whatever it does. */
export async function gatewayProcess({
  supergraphSdl,
  settings = '',
  metricsPort,
  authority = '',
  heapMb,
}: GatewayProcessOptions): Promise<GatewayProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-process-'));
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const supergraph = await write('supergraph.graphql', supergraphSdl);
  const config = await write('gateway.yaml', settings === '' ? '{}' : settings);
  const metrics = metricsPort === undefined ? [] : ['--metrics-port', String(metricsPort)];
  const options = ['--supergraph', supergraph, '--config', config, '--port', '0', ...metrics];
  // Authorities of one's own are for the whole process, as everywhere in Node.
  const trusting = authority === '' ? {} : { NODE_EXTRA_CA_CERTS: await write('authority.pem', authority) };
  const bounded = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
  const program = [...bounded, ...typescriptProgram(main)];
  const child = spawn(process.execPath, [...program, ...options], {
    env: { ...process.env, ...trusting },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true });
  };
  try {
    const url = await servedAt(child);
    const ask = async (query: string): Promise<unknown> => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      return response.json();
    };
    return { url, ask, terminate: () => void child.kill('SIGTERM'), ended, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function servedAt({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new TypeError('a process whose output nobody can read');
  const said: string[] = [];
  createInterface({ input: stdout }).on('line', (line) => said.push(line));
  return eventually(() => {
    const found = said.map((line) => /served at (\S+)/.exec(line)?.[1]).find((each) => each !== undefined);
    if (found === undefined) throw new Error(`not up yet: ${said.join()}`);
    return found;
  });
}
