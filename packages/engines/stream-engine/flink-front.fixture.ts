import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate, type TestCertificate } from '../test-certificate.fixture.ts';

export interface FlinkFront extends AsyncDisposable, Pick<TestCertificate, 'certFile' | 'keyFile'> {
  readonly port: number;
}

export interface FlinkFrontOptions {
  /** `http://host:port` of both; the front tells them apart by their paths. */
  readonly gatewayUrl: string;
  readonly jobManagerUrl: string;
  /** Whether it wants to see a certificate. */
  readonly mutual: boolean;
  /** Whom its certificate is of (`IP:192.0.2.7`); `DNS:localhost` when absent. */
  readonly certificateOf?: string;
  /** Whom it lets in; anybody when absent. */
  readonly login?: { readonly username: string; readonly password: string };
}

/** What an operator puts before Flink, which knows neither users nor certificates of clients: HTTPS that asks who comes. */
export async function openFlinkFront({
  mutual,
  login,
  certificateOf,
  ...targets
}: FlinkFrontOptions): Promise<FlinkFront> {
  const certificate = await makeCertificate(certificateOf);
  const [key, cert] = await Promise.all([readFile(certificate.keyFile), readFile(certificate.certFile)]);
  const shown = mutual ? { requestCert: true, rejectUnauthorized: true, ca: cert } : {};
  const expected =
    login === undefined
      ? undefined
      : `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const server = createServer({ key, cert, ...shown }, (near, answer) => {
    if (expected !== undefined && near.headers.authorization !== expected)
      answer.writeHead(401, { 'www-authenticate': 'Basic realm="Flink"' }).end();
    else
      passOn(
        near,
        answer,
        /^\/(v2\/|info$)/.test(near.url ?? '') ? targets.gatewayUrl : targets.jobManagerUrl,
      );
  }).listen(0, 'localhost');
  await once(server, 'listening');
  return {
    ...certificate,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await certificate[Symbol.asyncDispose]();
    },
  };
}

function passOn(near: IncomingMessage, answer: ServerResponse, to: string): void {
  const { authorization: _kept, host: _named, ...headers } = near.headers;
  const far = request(new URL(near.url ?? '/', to), { method: near.method, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  far.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  near.pipe(far);
}
