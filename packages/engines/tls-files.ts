import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { CodedError } from '@tributary/runtime';

/** Files in PEM that a URL names: whom a server's certificate is checked against, and what this client shows. */
export interface TlsFiles {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** With the name that the server's certificate is for, where it is not the host's. */
export interface TlsParameters extends TlsFiles {
  readonly serverName: string | undefined;
}

/** What the parameters of a URL say of TLS. */
export function tlsParametersOf(given: (name: string) => string | undefined): TlsParameters {
  return {
    serverName: given('tlsServerName'),
    caFile: given('tlsCa'),
    certFile: given('tlsCert'),
    keyFile: given('tlsKey'),
  };
}

/** What Node's TLS takes of them. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What Node's TLS is told of the name. */
export interface TlsNaming {
  readonly servername?: string;
  readonly checkServerIdentity?: typeof checkServerIdentity;
}

/** Holds a server's certificate to a name that is not its host's. An address is one too, though no client may ask for it (RFC 6066 §3). */
export function tlsNaming({ serverName }: Pick<TlsParameters, 'serverName'>): TlsNaming {
  if (serverName === undefined) return {};
  if (isIP(serverName) === 0) return { servername: serverName };
  return { checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate) };
}

/** The files' content. @throws CodedError CONFIG_INVALID that names the setting and a file that cannot be read */
export async function readTlsFiles(
  setting: string,
  { caFile, certFile, keyFile }: TlsFiles,
): Promise<TlsMaterial> {
  const read = async (file: string | undefined): Promise<string | undefined> => {
    if (file === undefined) return undefined;
    return readFile(file, 'utf8').catch((cause) => {
      throw new CodedError('CONFIG_INVALID', `${setting} names the file ${file}, which cannot be read.`, {
        cause,
        details: { setting },
      });
    });
  };
  const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map(read));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}
