/** Plain JavaScript without dependencies: it runs before anything is installed. */
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
    if (holder === undefined) takeAway(lockFile);
    else {
      if (!told) process.stderr.write(`Waiting for process ${holder}, which installs or builds here …\n`);
      told = true;
      await delay(200);
    }
  }
  // In one step: whoever reads half of it would take the lock for a dead one's.
  const note = (child) => {
    writeFileSync(draft, JSON.stringify([...mine, identityOf(child.pid)]));
    renameSync(draft, lockFile);
  };
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

/** Removes the lock of the dead. Another may have removed it meanwhile and taken it: what was got is looked at, and given back. */
function takeAway(lockFile) {
  const taken = `${lockFile}.${process.pid}.dead`;
  try {
    renameSync(lockFile, taken);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (livingHolders(taken).length > 0) take(taken, lockFile);
  rmSync(taken, { force: true });
}

function livingHolders(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8'))
      .filter(({ pid, began }) => began !== '' && beginningOf(pid) === began)
      .map(({ pid }) => pid);
  } catch {
    // Gone meanwhile, or cut short by a crash.
    return [];
  }
}

/** A number alone says little: it is given again. Nor does the command line, which npm rewrites. */
function identityOf(pid) {
  return { pid, began: beginningOf(pid) };
}

/** When a process began, in its system's words; empty when it is not running. */
function beginningOf(pid) {
  try {
    if (!existsSync('/proc/self/stat'))
      return execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], { encoding: 'utf8' }).trim();
    const stat = readFileSync(join('/proc', String(pid), 'stat'), 'utf8');
    // proc(5): "pid (name) state …", where the name may hold anything; field 22 is the start in ticks since the machine's.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Whatever threads a zombie still has, they install and build nothing more.
    return state === 'Z' ? '' : rest[18];
  } catch {
    return '';
  }
}
