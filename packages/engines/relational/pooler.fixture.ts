import type { Socket } from 'node:net';
import { openWay, type Way } from './postgres-way.fixture.ts';

/** Messages of a server (https://www.postgresql.org/docs/current/protocol-message-formats.html): a letter, four bytes of length, and what is said. */
const [backendKey, readyForQuery, idle] = [0x4b, 0x5a, 0x49];

interface Server {
  readonly socket: Socket;
  /** Whose transaction it does; its own client's until that is let in. */
  client: Socket | undefined;
}

/**
 * A pooler in front of a database, which tells clients a process of its own. In the mode `transaction` each transaction gets whichever session was free last, as PgBouncer
 * does it; in the mode `session` each connection has one, and so it has in `forgetful`, which leaves out the limit of statements that it asks for.
 */
export function openPooler(url: string, mode: 'transaction' | 'session' | 'forgetful'): Promise<Way> {
  const servers = new Set<Server>();
  const free: Server[] = [];
  const waiting: (() => void)[] = [];
  return openWay(url, (near, far) => {
    const own: Server = { socket: far, client: near };
    let isIn = false;
    const given = (): Server | undefined => [...servers].find(({ client }) => client === near);
    servers.add(own);
    far.on('close', () => servers.delete(own));
    eachMessage(far, (message) => {
      const isIdle = message[0] === readyForQuery && message[5] === idle;
      if (message[0] === backendKey) message.writeInt32BE(1, 5);
      own.client?.write(message);
      if (!isIdle) return;
      isIn = true;
      if (mode !== 'transaction') return;
      own.client = undefined;
      free.push(own);
      waiting.shift()?.();
    });
    near.on('data', (bytes) => {
      const pass = (): void => {
        const server = isIn ? (given() ?? free.pop()) : own;
        if (server === undefined) return void waiting.push(pass);
        server.client = near;
        server.socket.write(isIn || mode !== 'forgetful' ? bytes : withoutLimit(bytes));
      };
      pass();
    });
  });
}

function eachMessage(socket: Socket, tell: (message: Buffer) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 5 && held.length >= 1 + held.readInt32BE(1)) {
      const message = Buffer.from(held.subarray(0, 1 + held.readInt32BE(1)));
      held = held.subarray(message.length);
      tell(message);
    }
  });
}

/** Under another name, which means nothing to the server. */
function withoutLimit(startup: Buffer): Buffer {
  return Buffer.from(startup.toString('latin1').replace('statement_timeout', 'statement.timeout'), 'latin1');
}
