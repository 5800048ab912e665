import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';

export interface TlsFront extends AsyncDisposable {
  readonly port: number;
  /** A certificate of `localhost` that vouches for itself; a client may show the same. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Key and certificate in one. */
  readonly bothFile: string;
}

export interface TlsFrontOptions {
  /** Whether it wants to see a certificate. */
  readonly mutual: boolean;
  /** What it says to the first packet of a client who negotiates TLS before speaking it. */
  readonly agreement?: string;
}

/** TLS in front of an engine, as a provider puts it there. */
export async function openTlsFront(
  toPort: number,
  { mutual, agreement }: TlsFrontOptions,
): Promise<TlsFront> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-tls-'));
  const at = (name: string): string => join(folder, name);
  const files = { keyFile: at('key.pem'), certFile: at('cert.pem'), bothFile: at('both.pem') };
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject];
  await promisify(execFile)('openssl', [...made, '-keyout', files.keyFile, '-out', files.certFile]);
  const [key, cert] = await Promise.all([readFile(files.keyFile), readFile(files.certFile)]);
  await writeFile(files.bothFile, Buffer.concat([key, cert]));
  const shown = mutual ? { requestCert: true, rejectUnauthorized: true, ca: cert } : {};
  const secured = createTlsServer({ key, cert, ...shown }, (near) => {
    const far = connect({ host: '127.0.0.1', port: toPort });
    for (const socket of [near, far])
      socket.on('error', () => undefined).on('close', () => [near, far].map((each) => each.destroy()));
    near.pipe(far).pipe(near);
  });
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (agreement === undefined) secured.emit('connection', near);
    else
      near.once('data', () => {
        near.write(agreement);
        secured.emit('connection', near);
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...files,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
