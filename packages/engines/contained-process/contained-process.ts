import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ContainedProcessOptions {
  /** The program, a file beside the caller; see `programBeside`. */
  readonly program: URL;
  /** Resident memory at which it ends itself, bytes. */
  readonly memoryBytes: number;
  /** Its working directory. */
  readonly workDir: string;
}

/** How a contained process ended: by its own hand, by ours, over its memory, or by a fault of native code. */
export interface ContainedEnd {
  readonly kind: 'exited' | 'killed' | 'out-of-memory' | 'crashed';
  /** Somebody else ended it by a signal, as a kernel does that is out of memory: what it worked on need not be to blame. */
  readonly wasTaken: boolean;
  /** The last it wrote to stderr, for our log and never for a caller. */
  readonly said: string;
}

/** The signal by which a process that outgrew its memory ends itself. Windows knows only the hard way. */
export const outOfMemorySignal: NodeJS.Signals = process.platform === 'win32' ? 'SIGTERM' : 'SIGUSR2';

const keptStderrChars = 2_000;

/** `name` next to the calling module: `.ts` beside sources, `.js` beside what was built. */
export function programBeside(moduleUrl: string, name: string): URL {
  return new URL(`${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl);
}

/**
 * Of Node's arguments, those by which a program finds its modules: its conditions, and for TypeScript what makes it run, by names that hold in every
 * folder. One that was built needs nothing that its parent was told to load first: settings would be read into it, and it would be measured as another service.
 */
export function loadingArguments(execArgv: readonly string[], program: URL): string[] {
  const kept: string[] = [];
  const isBuilt = !program.pathname.endsWith('.ts');
  for (let at = 0; at < execArgv.length; at += 1) {
    const [, flag = '', written] = /^([^=]*)(?:=(.*))?$/s.exec(execArgv[at] ?? '') ?? [];
    const isConditions = /^(-C|--conditions)$/.test(flag);
    const isModule = /^(-r|--require|--import|--loader|--experimental-loader)$/.test(flag);
    if (!isConditions && !isModule) continue;
    if (written === undefined) at += 1;
    const value = written ?? execArgv[at];
    if (value === undefined || (isModule && isBuilt)) continue;
    const found = isModule ? fromAnywhere(value, /^(-r|--require)$/.test(flag)) : value;
    kept.push(...(written === undefined ? [flag, found] : [`${flag}=${found}`]));
  }
  return kept;
}

/** A module that was named from the working folder. */
function fromAnywhere(name: string, isPath: boolean): string {
  if (/^[a-z][a-z+.-]+:/i.test(name)) return name;
  try {
    const path = createRequire(join(process.cwd(), 'any.js')).resolve(name);
    return isPath ? path : pathToFileURL(path).href;
  } catch {
    // What `import` alone finds is looked for from where the program runs.
    return name;
  }
}

/**
 * A Node process of its own for native code that works on what users wrote: its crash, its memory and an endless loop in it stay its
 * own, and killing it is a cancel that nothing can refuse. It gets no environment, so it holds none of our secrets. It must call
 * `containThisProcess` first. Messages are structured clones, so typed arrays and bigint pass as they are.
 */
export class ContainedProcess<Sent extends object, Received> implements AsyncDisposable {
  readonly ended: Promise<ContainedEnd>;
  readonly #child: ChildProcess;
  #killed = false;

  constructor(options: ContainedProcessOptions, onMessage: (message: Received) => void) {
    this.#child = fork(options.program, [String(options.memoryBytes)], {
      cwd: options.workDir,
      env: {},
      execArgv: loadingArguments(process.execArgv, options.program),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message) => onMessage(message as Received));
    this.ended = this.#watch();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a message; one to a process that has ended is dropped, and `ended` tells why. */
  send(message: Sent): void {
    this.#child.send(message, () => undefined);
  }

  /** Ends it at once, whatever it is doing. */
  kill(): void {
    this.#killed = true;
    this.#child.kill('SIGKILL');
  }

  /** It stays alive only as long as something else keeps the parent alive. */
  unref(): void {
    this.#child.unref();
    this.#child.channel?.unref();
    // A socket at run time, typed as a mere stream.
    if (this.#child.stderr !== null && 'unref' in this.#child.stderr) {
      (this.#child.stderr as { unref(): void }).unref();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Its end is waited for, and a parent that has nothing else to do would end before it, in the middle of its closing.
    this.#child.ref();
    this.kill();
    await this.ended;
  }

  async #watch(): Promise<ContainedEnd> {
    let said = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-keptStderrChars);
    });
    try {
      // `close` comes after the last message and the last word on stderr; `error` when it could not be started.
      const [exitCode, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null];
      const wasTaken = !this.#killed && signal === 'SIGKILL';
      if (this.#killed) return { kind: 'killed', wasTaken, said };
      if (signal === outOfMemorySignal) return { kind: 'out-of-memory', wasTaken, said };
      return { kind: exitCode === 0 ? 'exited' : 'crashed', wasTaken, said };
    } catch (cause) {
      return { kind: 'crashed', wasTaken: false, said: `${said}${String(cause)}` };
    }
  }
}
