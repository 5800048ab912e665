import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { processStat } from '@tributary/runtime';

export interface RunningProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

/** What runs on this machine: from /proc where there is one (slim images have no `ps`). */
export function runningProcesses(): readonly RunningProcess[] {
  return existsSync('/proc/self/stat') ? fromProc() : fromPs();
}

/** Those whose command line names something: a data folder. */
export function processesNaming(text: string): readonly string[] {
  return runningProcesses()
    .filter(({ command }) => command.includes(text))
    .map(({ pid, command }) => `${pid} ${command}`);
}

/** Those that were started with a mark in their environment or have it in their command line; this process is none of them. */
export function processesOf(mark: string): readonly RunningProcess[] {
  return runningProcesses().filter(
    ({ pid, command }) =>
      pid !== process.pid && (command.includes(mark) || environmentOf(pid).includes(mark)),
  );
}

/** Empty where the system does not show it. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** The process numbers of all children of a process, theirs included. */
export function descendantsOf(pid: number): readonly number[] {
  const all = runningProcesses();
  const below = (parent: number): number[] =>
    all.filter(({ parentPid }) => parentPid === parent).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(pid);
}

function fromProc(): readonly RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = processStat(readFileSync(`/proc/${name}/stat`, 'utf8'));
        if (stat === undefined || stat.state === 'Z') return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parentPid: stat.parentPid, command }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

function fromPs(): readonly RunningProcess[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parentPid, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parentPid: Number(parentPid), command }];
  });
}
