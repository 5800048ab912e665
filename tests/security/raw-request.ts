import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  /** Every status line the server sent on the connection: a smuggled request would be a second one. */
  readonly statuses: readonly number[];
  readonly text: string;
}

/** Writes bytes to the server's port as no HTTP client would, and reads until the server ends the connection or is silent for `silenceMs`. */
export async function rawRequest(url: string, bytes: string, silenceMs = 400): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.setTimeout(silenceMs, () => socket.destroy());
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString('latin1');
  return { text, statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)) };
}
