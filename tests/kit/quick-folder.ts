import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const inMemory = '/dev/shm';
const tmpfs = 0x0102_1994;
/** Four times what the tests of all projects take at once: what runs beside them needs memory too. */
const roomBytes = 8 * 2 ** 30;

/**
 * Where a run keeps its files: in memory where there is plenty, unless somebody chose a folder for temporary files. Tests make and remove
 * databases by the hundred, and ext4 is slow to make files where it has just removed many (it spares their numbers for a while): that took
 * a fifth of a run's processor time. What is promised to outlive a kill outlives it there as well; a power failure is no test's subject.
 */
export async function quickFolder(): Promise<string> {
  const chosen = tmpdir();
  return chosen === '/tmp' && (await hasRoom()) && (await mayRun()) ? inMemory : chosen;
}

async function hasRoom(): Promise<boolean> {
  const disk = await statfs(inMemory).catch(() => undefined);
  if (disk?.type !== tmpfs) return false;
  return disk.bavail * disk.bsize >= roomBytes && process.availableMemory() >= roomBytes;
}

/** A copy of the database's programs may come to lie in it; containers often forbid to run anything there. */
async function mayRun(): Promise<boolean> {
  const folder = await mkdtemp(join(inMemory, 'tributary-probe-')).catch(() => undefined);
  if (folder === undefined) return false;
  const program = join(folder, 'program');
  try {
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o700);
    execFileSync(program);
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true });
  }
}
