import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';

/** What is known of an engine that was started, for other shells. It stays when the engine dies, and goes when it is stopped. */
export interface EngineRecord {
  readonly title: string;
  readonly process: ProcessIdentity;
  readonly settings: Readonly<Record<string, string>>;
  /** What it was started with; of engines that an older release started nobody knows. */
  readonly program?: string;
  /** It has not answered yet: who started it waits, or was interrupted. */
  readonly starting?: true;
  /** As in `Launch`. */
  readonly stopSignal?: NodeJS.Signals;
}

/** The folder of one engine: `engine.json`, `ports.json`, `engine.log`, `secrets/`, `data/`. */
export class EngineFolder {
  readonly path: string;

  constructor(stateDir: string, name: string) {
    this.path = join(stateDir, name);
  }

  get logFile(): string {
    return join(this.path, 'engine.log');
  }

  get dataDir(): string {
    return join(this.path, 'data');
  }

  get lockFile(): string {
    return `${this.path}.lock`;
  }

  get #recordFile(): string {
    return join(this.path, 'engine.json');
  }

  /** May be passed through, because some engines run as another user; what is secret in it is closed by its own mode. */
  async make(): Promise<void> {
    await mkdir(this.dataDir, { recursive: true, mode: 0o755 });
  }

  async record(): Promise<EngineRecord | undefined> {
    return (await readWhole(this.#recordFile)) as EngineRecord | undefined;
  }

  async write(record: EngineRecord): Promise<void> {
    await writeWhole(this.#recordFile, `${JSON.stringify(record, null, 2)}\n`);
  }

  async forget(): Promise<void> {
    await rm(this.#recordFile, { force: true });
  }

  /** Where it listened last; empty before its first start. It stays there when it can, so that who was told its address finds it again. */
  async lastPorts(): Promise<readonly number[]> {
    return ((await readWhole(this.#portsFile)) ?? []) as readonly number[];
  }

  async keepPorts(ports: readonly number[]): Promise<void> {
    await writeWhole(this.#portsFile, JSON.stringify(ports));
  }

  /** Deletes all it kept but where it listened, which is no data. */
  async clear(): Promise<void> {
    const kept = await readdir(this.path).catch(() => []);
    const gone = kept.map((name) => join(this.path, name)).filter((path) => path !== this.#portsFile);
    await Promise.all(gone.map((path) => rm(path, { recursive: true, force: true })));
  }

  get #portsFile(): string {
    return join(this.path, 'ports.json');
  }

  /** A text of 48 hexadecimal digits, made at the first call. */
  async secret(name: string): Promise<string> {
    const folder = join(this.path, 'secrets');
    const file = join(folder, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const known = await readFile(file, 'utf8').catch(() => undefined);
    if (known) return known;
    const secret = randomBytes(24).toString('hex');
    await writeWhole(file, secret);
    return secret;
  }
}

/** Undefined where it is not there, or not whole: an older release did not wait for the disk, and a machine that lost its power then runs nothing of what was told. */
async function readWhole(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Readers see the old file or the new one, also after a power failure; only the owner sees either. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const written = await open(draft, 'wx', 0o600);
  try {
    await written.writeFile(text);
    await written.sync();
  } finally {
    await written.close();
  }
  await rename(draft, file);
}
