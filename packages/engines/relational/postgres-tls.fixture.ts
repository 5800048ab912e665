import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';

export interface TlsFront extends AsyncDisposable {
  readonly keyFile: string;
  readonly certFile: string;
  /** The database by this way, `options` in the query of the URL. */
  url(host: string, options: Readonly<Record<string, string>>): string;
}

/** TLS in front of a PostgreSQL, negotiated as it does itself; it wants to see a certificate when `mutual`. The one it shows is of `localhost`. */
export async function tlsFront(
  database: string,
  { mutual }: { readonly mutual: boolean },
): Promise<TlsFront> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-tls-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject];
  await promisify(execFile)('openssl', [...made, '-keyout', keyFile, '-out', certFile]);
  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certFile)]);
  const there = new URL(database);
  const shown = mutual ? { requestCert: true, rejectUnauthorized: true, ca: cert } : {};
  const secured = createTlsServer({ key, cert, ...shown }, (near) => {
    const far = connect({ host: there.hostname, port: Number(there.port) });
    for (const socket of [near, far])
      socket.on('error', () => undefined).on('close', () => [near, far].map((each) => each.destroy()));
    near.pipe(far).pipe(near);
  });
  const server = createServer((near) => {
    near.on('error', () => undefined);
    // SSLRequest, answered by one byte (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL).
    near.once('data', () => {
      near.write('S');
      secured.emit('connection', near);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    keyFile,
    certFile,
    url: (host, options) => {
      const url = new URL(database);
      url.host = `${host}:${(server.address() as AddressInfo).port}`;
      for (const [name, value] of Object.entries(options)) url.searchParams.set(name, value);
      return url.href;
    },
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
