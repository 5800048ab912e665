import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface TestCertificate extends AsyncDisposable {
  /** A certificate that vouches for itself; a client may show the same. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** Of `localhost` where nothing else is said: `IP:192.0.2.7`. */
export async function makeCertificate(of = 'DNS:localhost'): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-tls-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${of}`];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject];
  await promisify(execFile)('openssl', [...made, '-keyout', keyFile, '-out', certFile]);
  return { certFile, keyFile, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
