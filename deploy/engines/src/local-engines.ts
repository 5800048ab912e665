import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineCache } from './cache.ts';
import type { EngineFolders } from './config.ts';
import { EngineFolder, type EngineRecord, writeWhole } from './engine-record.ts';
import { whileLocked } from './lock-file.ts';
import { isAlive, isPaused } from './process-identity.ts';
import type { EngineRecipe } from './recipe.ts';
import { quoted } from './shell-words.ts';
import { startEngine } from './start-engine.ts';
import { signal, stopEngine } from './stop-engine.ts';

export interface EngineStatus extends EngineRecord {
  readonly name: string;
  /** `starting`: it has not answered yet. `paused`: somebody made it stand still, and it answers nobody. `crashed`: it was started, nobody stopped it, and it is gone. */
  readonly state: 'starting' | 'running' | 'paused' | 'crashed';
}

export type Settings = Readonly<Record<string, string>>;

export interface LocalEnginesOptions {
  readonly recipes: readonly EngineRecipe[];
  readonly tell: (line: string) => void;
}

/** The engines of one folder of state. Any process may start, see and stop them; they outlive all of these. */
export class LocalEngines {
  readonly #stateDir: string;
  readonly #recipes: readonly EngineRecipe[];
  readonly #cache: EngineCache;

  /** `tell` hears of what takes long. */
  constructor({ cacheDir, stateDir }: EngineFolders, { recipes, tell }: LocalEnginesOptions) {
    this.#stateDir = stateDir;
    this.#recipes = recipes;
    this.#cache = new EngineCache(cacheDir, tell);
  }

  get names(): readonly string[] {
    return this.#recipes.map(({ name }) => name);
  }

  /** @throws Error that names the engines there are. */
  recipe(name: string): EngineRecipe {
    const recipe = this.#recipes.find((each) => each.name === name);
    if (recipe === undefined)
      throw new Error(`There is no engine ${name}; there are ${this.names.join(', ')}.`);
    return recipe;
  }

  /** These engines, each after those that it needs, and none twice. @throws Error that names the engines there are */
  withNeeds(names: readonly string[]): readonly string[] {
    const all = names.flatMap((name) => [...this.withNeeds(this.recipe(name).needs ?? []), name]);
    return [...new Set(all)];
  }

  /** Starts the engine, and before it those that it needs, where they do not run yet. @throws CannotProvision, or Error with what its tools or its log say */
  async up(name: string): Promise<EngineStatus> {
    const recipe = this.recipe(name);
    const program = await recipe.find(this.#cache);
    for (const needed of recipe.needs ?? []) await this.up(needed);
    const folder = this.#folder(name);
    return whileLocked(folder.lockFile, async () => {
      const known = await this.#statusOf(recipe);
      if (known?.state === 'running') return known;
      if (known?.state === 'paused') {
        signal(known.process.pid, 'SIGCONT');
        await this.#writeEnvFile();
        return { ...known, state: 'running' };
      }
      // Whoever started it would hold the lock, were they still there to wait until it answers. And of one that crashed something may be at work.
      if (known !== undefined) await stopEngine(folder);
      await folder.make();
      // A umask may have closed what engines of another user pass through.
      for (const path of [this.#stateDir, folder.path, folder.dataDir]) await chmod(path, 0o755);
      const { portCount } = recipe;
      const record = await startEngine(program, { name, folder, portCount });
      await this.#writeEnvFile();
      return { name, state: 'running', ...record };
    });
  }

  /** Stops the engine and keeps its data. Answers false when it was not running. */
  async down(name: string): Promise<boolean> {
    this.recipe(name);
    const folder = this.#folder(name);
    return whileLocked(folder.lockFile, async () => {
      const stopped = await stopEngine(folder);
      await this.#writeEnvFile();
      return stopped;
    });
  }

  /** Stops the engine and deletes all it kept; it comes back empty at the same port. */
  async remove(name: string): Promise<void> {
    await this.down(name);
    await this.#folder(name).clear();
  }

  /** Every engine that was started, or is about to, and was not stopped. */
  async status(): Promise<readonly EngineStatus[]> {
    const all = await Promise.all(this.#recipes.map((recipe) => this.#statusOf(recipe)));
    return all.filter((status) => status !== undefined);
  }

  /** What is told to the product and the tests about the engines that run. */
  async settings(): Promise<Settings> {
    const running = (await this.status()).filter(({ state }) => state === 'running');
    return Object.assign({}, ...running.map(({ settings }) => settings));
  }

  /** What the engine wrote since its last start. @throws Error for one that never ran, or whose log went with its data */
  async log(name: string): Promise<string> {
    this.recipe(name);
    try {
      return await readFile(this.#folder(name).logFile, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new Error(`${name} has not run yet; npm run engines -- up ${name} starts it.`, { cause: error });
    }
  }

  get envFile(): string {
    return join(this.#stateDir, 'engines.env');
  }

  async #statusOf({ name }: EngineRecipe): Promise<EngineStatus | undefined> {
    const record = await this.#folder(name).record();
    if (record === undefined) return undefined;
    const { starting = false } = record;
    const state = !(await isAlive(record.process))
      ? 'crashed'
      : starting
        ? 'starting'
        : (await isPaused(record.process))
          ? 'paused'
          : 'running';
    return { name, state, ...record };
  }

  async #writeEnvFile(): Promise<void> {
    await mkdir(this.#stateDir, { recursive: true });
    const lines = Object.entries(await this.settings()).map(([name, value]) => `${name}=${quoted(value)}\n`);
    await writeWhole(this.envFile, lines.join(''));
  }

  #folder(name: string): EngineFolder {
    return new EngineFolder(this.#stateDir, name);
  }
}
