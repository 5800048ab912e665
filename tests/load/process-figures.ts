import { readFileSync } from 'node:fs';
import { processStat } from '@tributary/runtime';

/** In user and system mode, of all threads of one process. */
export function cpuSeconds(pid: number): number {
  return (processStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.cpuTicks ?? 0) / 100;
}

/**
 * Resolves when a process has worked for less than a tenth of two seconds: a product that has just loaded its demo goes on with what follows from it for half a
 * minute, and what is measured meanwhile is measured beside that.
 */
export async function settled(pid: number): Promise<void> {
  const spanSeconds = 2;
  for (;;) {
    const before = cpuSeconds(pid);
    await new Promise((resolve) => setTimeout(resolve, spanSeconds * 1_000));
    if (cpuSeconds(pid) - before < spanSeconds / 10) return;
  }
}

/** Of one process, as Linux tells it. */
export function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1_024;
}

/** How far the memory of a process goes above what it is now, until disposed. */
export function watchMemory(pid: number): Disposable & { grownBytes(): number } {
  const before = residentBytes(pid);
  let widest = before;
  const watch = setInterval(() => {
    widest = Math.max(widest, residentBytes(pid));
  }, 20);
  return { grownBytes: () => widest - before, [Symbol.dispose]: () => clearInterval(watch) };
}
