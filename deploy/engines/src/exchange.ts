import { once } from 'node:events';
import { connect } from 'node:net';

/** How long an engine that is up may take to answer. */
const patienceMs = 2_000;

/** Sends bytes to a port of this machine and answers the first bytes that come back: enough of a protocol to know who is there. */
export async function exchange(port: number, request: Uint8Array | string): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port });
  const signal = AbortSignal.timeout(patienceMs);
  try {
    await once(socket, 'connect', { signal });
    socket.write(request);
    const [answer] = (await once(socket, 'data', { signal })) as [Buffer];
    return answer;
  } finally {
    socket.destroy();
  }
}

/** Throws when the answer over HTTP is not the one of an engine that is ready. */
export async function expectOk(url: string): Promise<void> {
  const { status, body } = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
  await body?.cancel();
  if (status !== 200) throw new Error(`${url} answers ${status}`);
}
