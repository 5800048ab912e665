import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { typescriptProgram } from '@tributary/test-kit';

export interface Child extends AsyncDisposable {
  readonly process: ChildProcess;
  /** What it said when it was ready, or why it could not start. */
  readonly said: {
    readonly url?: string;
    readonly startedAt?: string;
    readonly code?: string;
    readonly message?: string;
  };
  kill(): Promise<void>;
}

const program = typescriptProgram(fileURLToPath(new URL('embedded-process.fixture.ts', import.meta.url)));

/** Another process that opens the embedded server of `dataDir`; disposing stops it gracefully. */
export async function startChild(dataDir: string, user: { uid?: number; gid?: number } = {}): Promise<Child> {
  const child = spawn(process.execPath, [...program, dataDir], {
    ...user,
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line', {
    signal: AbortSignal.timeout(30_000),
  })) as [string];
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    process: child,
    said: JSON.parse(line) as Child['said'],
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}
