import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { makeCertificate, type TestCertificate } from './test-certificate.fixture.ts';

export interface TlsFront extends TestCertificate {
  readonly port: number;
  /** Key and certificate in one. */
  readonly bothFile: string;
}

export interface TlsFrontOptions {
  /** Whether it wants to see a certificate. */
  readonly mutual: boolean;
  /** Whom its certificate is of (`IP:192.0.2.7`); `DNS:localhost` when absent. */
  readonly certificateOf?: string;
  /** What it says to the first packet of a client who negotiates TLS before speaking it. */
  readonly agreement?: string;
  /** What it answers to clients who ask for a protocol (ALPN): `h2`. */
  readonly protocols?: readonly string[];
}

/** TLS in front of an engine, as a provider puts it there. */
export async function openTlsFront(
  toPort: number,
  { mutual, agreement, protocols, certificateOf }: TlsFrontOptions,
): Promise<TlsFront> {
  const certificate = await makeCertificate(certificateOf);
  const [key, cert] = await Promise.all([readFile(certificate.keyFile), readFile(certificate.certFile)]);
  const bothFile = `${certificate.certFile}.both`;
  await writeFile(bothFile, Buffer.concat([key, cert]));
  const shown = mutual ? { requestCert: true, rejectUnauthorized: true, ca: cert } : {};
  const spoken = protocols === undefined ? {} : { ALPNProtocols: [...protocols] };
  const secured = createTlsServer({ key, cert, ...shown, ...spoken }, (near) => {
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
    ...certificate,
    bothFile,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
      await certificate[Symbol.asyncDispose]();
    },
  };
}
