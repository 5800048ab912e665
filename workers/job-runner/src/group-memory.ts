import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { processStat } from '@tributary/runtime';

interface Watched {
  readonly limitBytes: number;
  readonly onBeyond: () => void;
}

/** Between two looks at the processes that lead groups, which a run is the most of, and at all of a group's. */
const leadersEveryMs = 100;
const groupsEveryMs = 1_000;
/** Looked at without letting anybody in between; a millisecond of work. */
const processesAtOnce = 50;

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
    this.#leaders ??= setInterval(() => this.#lookAtLeaders(), leadersEveryMs);
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

  #lookAtLeaders(): void {
    for (const pid of [...this.#watched.keys()]) this.#judge(pid, residentBytes(pid));
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
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    for (const [at, pid] of pids.entries()) {
      if (at % processesAtOnce === processesAtOnce - 1) await setImmediate();
      const stat = processStat(told(pid, 'stat'));
      if (stat !== undefined && this.#watched.has(stat.groupId))
        add(stat.groupId, residentBytes(Number(pid)));
    }
    return sums;
  }
}

/** 0 for a process that has ended, and where the system does not tell it like this. */
function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(told(pid, 'status'))?.[1] ?? 0) * 1_024;
}

/**
 * What the system tells of a process; nothing when it has ended. It stands in memory: to read it takes ten microseconds, and several times that, on two threads, to have it
 * read by another one. A machine has hundreds of processes.
 */
function told(pid: number | string, file: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

async function listed(): Promise<readonly { readonly group: number; readonly bytes: number }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss=']);
  return stdout.split('\n').flatMap((line) => {
    const [, group, kilobytes] = /^\s*(\d+)\s+(\d+)/.exec(line) ?? [];
    return group === undefined ? [] : [{ group: Number(group), bytes: Number(kilobytes) * 1_024 }];
  });
}
