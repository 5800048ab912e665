import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotProvision } from './cannot-provision.ts';
import { whileLocked } from './lock-file.ts';

export interface Fetched {
  readonly name: string;
  /** Pinned, and part of the folder's name: another version is another folder. */
  readonly version: string;
  /** Fills an empty folder. What it throws leaves nothing behind. */
  readonly into: (folder: string) => Promise<void>;
}

/** What was fetched, once for all trees and processes of a user. */
export class EngineCache {
  readonly #folder: string;
  readonly #tell: (line: string) => void;

  /** `tell` hears when something has to be fetched, which takes up to minutes. */
  constructor(folder: string, tell: (line: string) => void) {
    this.#folder = folder;
    this.#tell = tell;
  }

  /** Where an engine that fetches in its own way may put folders whose names begin with this. */
  async prefix(name: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    return join(this.#folder, name);
  }

  /** The folder of this version; filled first where it is not there. A folder appears whole, by a rename. @throws CannotProvision when it cannot be fetched */
  async folder({ name, version, into }: Fetched): Promise<string> {
    const folder = join(this.#folder, name, version);
    if (await exists(folder)) return folder;
    return whileLocked(join(this.#folder, `${name}-${version}.lock`), async () => {
      if (await exists(folder)) return folder;
      this.#tell(`${name}: fetching ${version} (once) …`);
      await mkdir(join(this.#folder, name), { recursive: true });
      const draft = await mkdtemp(join(this.#folder, name, '.draft-'));
      try {
        const whole = join(draft, 'whole');
        await mkdir(whole);
        await fill(whole, { name, version, into });
        await rename(whole, folder);
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
      return folder;
    });
  }
}

/** A registry that is away, or a tool that fails, is nothing that whoever tests the product could mend. */
async function fill(folder: string, { name, version, into }: Fetched): Promise<void> {
  try {
    await into(folder);
  } catch (cause) {
    if (cause instanceof CannotProvision) throw cause;
    // Tools say last what it comes down to; all that they said is the cause.
    const last = (cause as Error).message.trimEnd().split('\n').at(-1);
    throw new CannotProvision(`${name} ${version} cannot be fetched: ${last}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
