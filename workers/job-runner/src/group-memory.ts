import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { processStat } from '@tributary/runtime';

interface Watched {
  readonly limitBytes: number;
  readonly onBeyond: () => void;
}

/** Between two looks at the processes that lead groups, which a run is the most of, and at all of a group's. */
const leadersEveryMs = 100;
const groupsEveryMs = 1_000;

/**
 * Looks how much memory process groups have, the memory counted that is in the machine (resident), whatever took it: JavaScript, buffers, native code, children.
 * Tells once of a group that has more than it may. Looks at nothing while there is nothing to watch.
 */
export class GroupMemory implements Disposable {
  readonly #watched = new Map<number, Watched>();
  #leaders: NodeJS.Timeout | undefined;
  #groups: NodeJS.Timeout | undefined;
  #isLooking = false;

  /** Watches the group that a process leads until disposed. */
  watch(leader: number, limitBytes: number, onBeyond: () => void): Disposable {
    this.#watched.set(leader, { limitBytes, onBeyond });
    this.#leaders ??= setInterval(() => void this.#lookAtLeaders(), leadersEveryMs);
    this.#groups ??= setInterval(() => void this.#lookAtGroups(), groupsEveryMs);
    return {
      [Symbol.dispose]: () => {
        this.#watched.delete(leader);
        if (this.#watched.size === 0) this[Symbol.dispose]();
      },
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#leaders);
    clearInterval(this.#groups);
    this.#leaders = undefined;
    this.#groups = undefined;
  }

  async #lookAtLeaders(): Promise<void> {
    await Promise.all(
      [...this.#watched.keys()].map(async (pid) => this.#judge(pid, await residentBytes(pid))),
    );
  }

  async #lookAtGroups(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const bytes = await this.#bytesByGroup().catch(() => new Map<number, number>());
    for (const [leader, sum] of bytes) this.#judge(leader, sum);
    this.#isLooking = false;
  }

  #judge(leader: number, bytes: number): void {
    const watched = this.#watched.get(leader);
    if (watched === undefined || bytes <= watched.limitBytes) return;
    this.#watched.delete(leader);
    watched.onBeyond();
  }

  async #bytesByGroup(): Promise<ReadonlyMap<number, number>> {
    const sums = new Map<number, number>();
    const add = (group: number, bytes: number): void => {
      if (this.#watched.has(group)) sums.set(group, (sums.get(group) ?? 0) + bytes);
    };
    if (process.platform !== 'linux') {
      for (const { group, bytes } of await listed()) add(group, bytes);
      return sums;
    }
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const stat = processStat(await readFile(`/proc/${name}/stat`, 'utf8').catch(() => ''));
      if (stat !== undefined && this.#watched.has(stat.groupId))
        add(stat.groupId, await residentBytes(Number(name)));
    }
    return sums;
  }
}

/** 0 for a process that has ended, and where the system does not tell it like this. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

async function listed(): Promise<readonly { readonly group: number; readonly bytes: number }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss=']);
  return stdout.split('\n').flatMap((line) => {
    const [, group, kilobytes] = /^\s*(\d+)\s+(\d+)/.exec(line) ?? [];
    return group === undefined ? [] : [{ group: Number(group), bytes: Number(kilobytes) * 1_024 }];
  });
}
