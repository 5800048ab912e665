import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { expect, inject, test } from 'vitest';

const { url, pid } = inject('product');
const { port, hostname } = new URL(url);
const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const bytes = 400_000;
const clients = 4;
/** Four bodies of 400 kB, and whatever else a product that others ask does meanwhile. Each byte by itself would take some 400. */
const mostMb = 250;

async function residentMb(): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Sends spaces one by one, which JSON may begin with, and leaves the body open. */
async function spaced(path: string): Promise<Socket> {
  const socket = connect(Number(port), hostname);
  socket.write(`POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n`);
  socket.write('Transfer-Encoding: chunked\r\n\r\n');
  const piece = chunkOf(' ').repeat(10_000);
  for (let sent = 0; sent < bytes; sent += 10_000) if (!socket.write(piece)) await once(socket, 'drain');
  return socket;
}

test.each(['/graphql', '/rest/v1/airports'])(
  'bodies for %s that come byte by byte take about as much memory as their bytes',
  async (path) => {
    const before = await residentMb();
    const sockets = await Promise.all(Array.from({ length: clients }, () => spaced(path)));
    const answers = await Promise.all(
      sockets.map(async (socket) => {
        const answered = once(socket, 'data') as Promise<[Buffer]>;
        socket.write(`${chunkOf(JSON.stringify({ query: '{ signUpOpen }' }))}0\r\n\r\n`);
        const [answer] = await answered;
        socket.destroy();
        return answer.toString();
      }),
    );
    const grownMb = (await residentMb()) - before;
    for (const answer of answers)
      expect(answer).toMatch(path === '/graphql' ? /"signUpOpen":true/ : /^HTTP\/1.1 4/);
    expect(grownMb).toBeLessThan(mostMb);
  },
);
