import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../workers/outbox-relay/dist/main.js', import.meta.url));

/** A relay of its own process, beside the one of a product. */
export interface SecondRelay extends AsyncDisposable {
  leads(): Promise<boolean>;
  /** As a power failure ends it. */
  kill9(): Promise<void>;
}

/** Starts a relay on the engines that `settings` name; it waits for its turn. */
export async function startSecondRelay(settings: Readonly<Record<string, string>>): Promise<SecondRelay> {
  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...settings, NODE_ENV: 'development', LOG_LEVEL: 'info', METRICS_PORT: '0' },
  });
  const port = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (said.length < 100_000) said += chunk.toString();
      const ready = said.split('\n').find((line) => line.includes('the outbox relay is ready'));
      const found = /"port":(\d+)/.exec(ready ?? '')?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the relay ended with ${code}: ${said.slice(-4_000)}`)));
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    leads: () => leads(`http://127.0.0.1:${port}`),
    kill9: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

/** Whether the relay in the process at this address is the one that works. */
export async function leads(url: string): Promise<boolean> {
  const figures = await (await fetch(`${url}/metrics`)).text();
  return /^tributary_outbox_relay_leading 1$/m.test(figures);
}
