import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entries = fileURLToPath(new URL('../../../deploy/all-in-one/dist/', import.meta.url));
const manifest = new URL('../../../package.json', import.meta.url);

export interface ProductOptions {
  /** `one`: everything in one process; `split`: each part a process of its own. */
  readonly form: 'one' | 'split';
  /** Reused when given (a restart); a new temporary folder otherwise. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** As who works with the product starts it, by these arguments of node; by its build when absent. */
  readonly command?: readonly string[];
  /** Another user of this machine; only root may name one. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** The product as users have it: started from its build, reached over its port. */
export interface RunningProduct extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** What it printed so far. */
  output(): string;
  /** Ends the process the hard way; the data folder stays. */
  kill9(): Promise<void>;
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** The arguments of node itself with which `npm start` runs the product in one process. */
export function startArguments(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(manifest, 'utf8')) as { scripts: Record<string, string> };
  return (scripts['start'] ?? '').split(' ').filter((argument) => argument.startsWith('--'));
}

/** Starts the product on a free port and waits for its start block. Disposing stops it and removes a folder that was made for it. */
export async function startProduct(options: ProductOptions): Promise<RunningProduct> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'tributary-product-')));
  const ownStart =
    options.form === 'split' ? [join(entries, 'split.js')] : [...startArguments(), join(entries, 'main.js')];
  const { command = ownStart } = options;
  const child = spawn(process.execPath, [...command], {
    // The channel closes with this process, however it ends, and the product then stops by itself.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...options.user,
    env: {
      ...process.env,
      NODE_ENV: 'development',
      PORT: '0',
      DATA_DIR: dataDir,
      APOLLO_TELEMETRY_DISABLED: 'true',
      // Everybody a test makes comes from one address.
      SIGN_UPS_PER_MINUTE: '100000',
      ...options.env,
    },
  });
  const printed: string[] = [];
  const url = await announcedUrl(child, printed);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    output: () => printed.join(''),
    kill9: async () => void (await end('SIGKILL')),
    stop: () => end('SIGINT'),
    [Symbol.asyncDispose]: async () => {
      await end('SIGINT');
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function announcedUrl(child: ChildProcess, printed: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      printed.push(chunk.toString());
      const found = /GraphQL\s+(http:\S+)\/graphql[\s\S]*Ctrl-C/.exec(printed.join(''));
      if (found?.[1] !== undefined) resolve(found[1]);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', (code) =>
      reject(new Error(`the product ended with ${code}: ${printed.join('').slice(-4_000)}`)),
    );
  });
}

/** Sign-ins and the partner's key of the demo workspace, as the product keeps them. */
export interface DemoAccess {
  readonly password: string;
  readonly partnerKey: string;
}

export async function demoAccess(dataDir: string): Promise<DemoAccess> {
  return JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as DemoAccess;
}
