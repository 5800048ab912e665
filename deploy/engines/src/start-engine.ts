import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { areFree, freePorts } from '@tributary/runtime';
import { childEnvironment } from './config.ts';
import type { EngineFolder, EngineRecord } from './engine-record.ts';
import { endLeftProcesses } from './left-processes.ts';
import { endGroup, identityOf } from './process-identity.ts';
import type { EngineProgram, Launch } from './recipe.ts';

/** The slowest engine takes a quarter of a minute; a machine that is busy with other things takes its time as well. */
const readyWithinMs = 180_000;
const lookEveryMs = 50;
/** A port may be taken between the moment it was found free and the moment the engine listens. */
const attempts = 3;
const portTaken = /address already in use|EADDRINUSE|Address in use|port is already|could not bind/i;

export interface StartOptions {
  readonly name: string;
  readonly folder: EngineFolder;
  readonly portCount: number;
}

/** Starts an engine apart from this process, which may end, and answers once the engine speaks its protocol. @throws Error with the end of its log */
export async function startEngine(program: EngineProgram, options: StartOptions): Promise<EngineRecord> {
  const { name, folder, portCount } = options;
  for (let attempt = 1; ; attempt += 1) {
    const ports = await portsOf(folder, { portCount, isFirst: attempt === 1 });
    const secret = (which: string) => folder.secret(which);
    const launch = await program.launch({ dataDir: folder.dataDir, ports, secret });
    const child = await spawned(launch, folder.logFile);
    try {
      // Written before it is ready: who is interrupted now can still stop it.
      const process = await identityOf(child.pid ?? 0);
      const { settings, stopSignal } = launch;
      const { title } = program;
      const record = { title, process, program: launch.command, settings, ...(stopSignal && { stopSignal }) };
      await folder.write({ ...record, starting: true });
      await untilReady(child, launch);
      await folder.write(record);
      await folder.keepPorts(ports);
      child.unref();
      return record;
    } catch (cause) {
      endGroup(child.pid);
      await endLeftProcesses({ program: launch.command, dataDir: folder.dataDir });
      await folder.forget();
      const log = await readFile(folder.logFile, 'utf8');
      if (portTaken.test(log) && attempt < attempts) continue;
      const last = log.trimEnd().split('\n').slice(-15).join('\n');
      throw new Error(`${name} did not start: ${(cause as Error).message}\n${last}`, { cause });
    }
  }
}

/** Those it had before, unless somebody took one meanwhile: a product that was told its address goes on by itself. */
async function portsOf(
  folder: EngineFolder,
  { portCount, isFirst }: { readonly portCount: number; readonly isFirst: boolean },
): Promise<readonly number[]> {
  const last = isFirst ? await folder.lastPorts() : [];
  return last.length === portCount && (await areFree(last)) ? last : freePorts(portCount);
}

async function spawned(launch: Launch, logFile: string): Promise<ChildProcess> {
  const log = await open(logFile, 'w', 0o600);
  try {
    const child = spawn(launch.command, launch.args, {
      // In a session of its own, so that Ctrl-C in this shell is not meant for it.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: childEnvironment(launch.env ?? {}),
      cwd: '/',
      ...launch.user,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await log.close();
  }
}

async function untilReady(child: ChildProcess, { handshake }: Launch): Promise<void> {
  const deadlineMs = performance.now() + readyWithinMs;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    try {
      await handshake();
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
    await delay(lookEveryMs);
  }
}
