import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from './running.ts';

/** A gateway that serves a supergraph, ours or a peer, on the first core. */
export interface Gateway extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
}

export type StartGateway = (supergraphFile: string) => Promise<Gateway>;

const core = '0';
const readyMs = 60_000;

/** Ours, as `npm run gateway` starts it, with its defaults. */
export const ours: StartGateway = (supergraph) => startOurs(supergraph, []);

/** Ours, with a settings file. */
export function oursWith(settingsFile: string): StartGateway {
  return (supergraph) => startOurs(supergraph, ['--config', settingsFile]);
}

async function startOurs(supergraph: string, more: readonly string[]): Promise<Gateway> {
  const main = fileURLToPath(import.meta.resolve('@tributary/gateway')).replace(
    /index\.js$/,
    'standalone/main.js',
  );
  const running = start({ command: [main, '--supergraph', supergraph, '--port', '0', ...more], core });
  const line = await running.line;
  return { ...running, url: line.slice(line.indexOf('http')) };
}

/** The peers that are installed in a folder: bare @apollo/gateway in @apollo/server, and Hive Gateway with its native planner, each with its defaults. */
export function peersIn(folder: string): Readonly<Record<string, StartGateway>> {
  return {
    '@apollo/gateway': async (supergraph) => {
      const program = fileURLToPath(new URL('bare-apollo-gateway.js', import.meta.url));
      const running = start({ command: [program, folder, supergraph], core });
      return { ...running, url: await running.line };
    },
    'Hive Gateway': async (supergraph) => {
      const port = String(await freePort());
      const program = join(folder, 'node_modules/@graphql-hive/gateway/dist/bin.js');
      const options = ['--port', port, '--host', '127.0.0.1', '--hive-router-runtime'];
      const running = start({ command: [program, 'supergraph', supergraph, ...options], core });
      return { ...running, url: await ready(`http://127.0.0.1:${port}/graphql`) };
    },
  };
}

/** Hive Router, which is no program of Node's: `cargo install hive-router` builds it. With its defaults, on one thread. */
export function hiveRouter(program: string): StartGateway {
  return async (supergraph) => {
    const port = String(await freePort());
    const environment = {
      SUPERGRAPH_FILE_PATH: supergraph,
      HOST: '127.0.0.1',
      PORT: port,
      ROUTER_HTTP_WORKERS: '1',
    };
    const running = start({ command: [], node: program, core, environment });
    return { ...running, url: await ready(`http://127.0.0.1:${port}/graphql`) };
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves with the address as soon as it answers. */
async function ready(url: string): Promise<string> {
  const endMs = performance.now() + readyMs;
  for (;;) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{__typename}"}',
    }).catch(() => undefined);
    if (answer?.ok === true) return url;
    if (performance.now() > endMs) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
