/** Plain JavaScript without dependencies: it runs before anything is installed. */
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Does `work` while nobody else works on the same tree: two installations at once would destroy each other's. A start that was killed may
 * have left npm or the compiler at work; they are waited for as well. `work` gets a function that takes note of such a child.
 */
export async function oneAtATime(lockFile, work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  const mine = [identityOf(process.pid)];
  const draft = `${lockFile}.${process.pid}`;
  let told = false;
  for (;;) {
    writeFileSync(draft, JSON.stringify(mine));
    const taken = take(draft, lockFile);
    rmSync(draft, { force: true });
    if (taken) break;
    const [holder] = livingHolders(lockFile);
    if (holder === undefined) rmSync(lockFile, { force: true });
    else {
      if (!told) process.stderr.write(`Waiting for process ${holder}, which installs or builds here …\n`);
      told = true;
      await delay(200);
    }
  }
  const note = (child) => writeFileSync(lockFile, JSON.stringify([...mine, identityOf(child.pid)]));
  try {
    return await work(note);
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/** A link fails when the name is taken, and the file is whole when it gets it. */
function take(draft, lockFile) {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function livingHolders(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8'))
      .filter(({ pid, command }) => command !== '' && identityOf(pid).command === command)
      .map(({ pid }) => pid);
  } catch {
    // Gone meanwhile, or cut short by a crash.
    return [];
  }
}

/** A number alone says little: it is given again. */
function identityOf(pid) {
  return { pid, command: commandOf(pid) };
}

function commandOf(pid) {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(join('/proc', String(pid), 'cmdline'), 'utf8');
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
