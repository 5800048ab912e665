import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@tributary/test-kit';
import { eicar, type FileScannerUnderTest } from './conformance.ts';
import { openFileScanner } from './open.ts';
import type { FileScanner } from './port.ts';

/** What a daemon does with a connection, for the tests that need one which behaves as told. */
export type Behaviour = (socket: Socket) => void;

export interface DaemonUnderTest extends AsyncDisposable {
  readonly url: string;
}

/** A server on a free port that speaks as `behaviour` does. */
export async function startDaemon(behaviour: Behaviour): Promise<DaemonUnderTest> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behaviour(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `clamav://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** clamd's own behaviour, written after its manual: PING, INSTREAM with its framing, a limit, one signature. */
export function clamdBehaviour(streamMaxLength: number): Behaviour {
  return (socket) => {
    let received = Buffer.alloc(0);
    let content = Buffer.alloc(0);
    let streaming = false;
    const reply = (text: string): void => void socket.end(`${text}\0`);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (!streaming) {
        const end = received.indexOf(0);
        if (end < 0) return;
        const command = received.toString('latin1', 0, end);
        received = received.subarray(end + 1);
        if (command === 'zPING') return reply('PONG');
        if (command !== 'zINSTREAM') return reply('UNKNOWN COMMAND');
        streaming = true;
      }
      for (;;) {
        if (received.length < 4) return;
        const length = received.readUInt32BE(0);
        if (length === 0) return reply(content.includes(eicar) ? 'stream: Eicar-Test FOUND' : 'stream: OK');
        if (content.length + length > streamMaxLength) return reply('INSTREAM size limit exceeded. ERROR');
        if (received.length < 4 + length) return;
        content = Buffer.concat([content, received.subarray(4, 4 + length)]);
        received = received.subarray(4 + length);
      }
    });
  };
}

export async function scannerAt(url: string, timeoutMs = 20_000): Promise<FileScanner> {
  const scanner = await openFileScanner(url, { largestScanBytes: 10_000_000, timeoutMs });
  if (scanner === undefined) throw new Error('no scanner');
  return scanner;
}

export async function openDouble(): Promise<FileScannerUnderTest> {
  const daemon = await startDaemon(clamdBehaviour(10_000_000));
  return {
    scanner: await scannerAt(daemon.url),
    largestScanBytes: 10_000_000,
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

/** Where clamd is installed on this machine, if it is. */
export function clamdPath(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'PATH="$PATH:/usr/sbin" command -v clamd'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** The real daemon on a Unix socket, with a database of one signature. */
export async function openClamd(path: string): Promise<FileScannerUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-clamd-'));
  const socket = join(folder, 'clamd.ctl');
  const md5 = createHash('md5').update(eicar).digest('hex');
  await writeFile(join(folder, 'test.hdb'), `${md5}:${eicar.length}:Eicar-Test\n`);
  const settings = {
    LocalSocket: socket,
    DatabaseDirectory: folder,
    Foreground: 'yes',
    StreamMaxLength: '10M',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  await writeFile(join(folder, 'clamd.conf'), lines.join(''));
  const child: ChildProcess = spawn(path, ['--config-file', join(folder, 'clamd.conf')], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const scanner = await scannerAt(`clamav://${socket}`);
  await eventually(() => scanner.ping());
  return {
    scanner,
    largestScanBytes: 10_000_000,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
