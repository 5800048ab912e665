import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../../workers/outbox-relay/dist/main.js', import.meta.url));

/** The outbox relay as the split form has it: a process of its own. */
export interface RelayProcess {
  readonly child: ChildProcess;
  /** Resolves when it works, the others waiting. */
  readonly leads: Promise<void>;
}

export interface RelayProcesses extends AsyncDisposable {
  /** Resolves when it is ready, and has asked for its turn. */
  start(): Promise<RelayProcess>;
  end(relay: RelayProcess): Promise<void>;
}

/** What each of them says: who does not lead at once waits for who does. */
export function relayProcesses(env: Readonly<Record<string, string>>): RelayProcesses {
  const running = new Set<RelayProcess>();
  const end = async (relay: RelayProcess): Promise<void> => {
    running.delete(relay);
    if (relay.child.exitCode !== null || relay.child.signalCode !== null) return;
    const ended = once(relay.child, 'exit');
    relay.child.kill('SIGKILL');
    await ended;
  };
  return {
    start: async () => {
      const child = spawn(process.execPath, [program], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, METRICS_PORT: '0', LOG_LEVEL: 'info', ...env },
      });
      const says = (what: string): Promise<void> =>
        new Promise((resolve, reject) => {
          createInterface(child.stdout).on('line', (line) => {
            if (line.includes(what)) resolve();
          });
          child.once('exit', (code) => reject(new Error(`a relay ended with ${code}`)));
        });
      const leads = says('this relay leads');
      // It is ended on purpose in the end, whether it ever led or not.
      leads.catch(() => undefined);
      const relay = { child, leads };
      running.add(relay);
      await says('the outbox relay is ready');
      return relay;
    },
    end,
    [Symbol.asyncDispose]: async () => {
      for (const relay of running) await end(relay);
    },
  };
}
