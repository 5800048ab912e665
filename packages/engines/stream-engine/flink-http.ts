import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { readTlsFiles, tlsNaming } from '../tls-files.ts';
import type { FlinkAddress } from './flink-address.ts';

export interface FlinkRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: object;
}

export interface FlinkReply {
  readonly status: number;
  readonly text: string;
}

/** HTTP to gateway and JobManager, with what the URL says about TLS and about who we are. */
export class FlinkHttp {
  readonly #address: FlinkAddress;
  readonly #agent: Agent | undefined;

  private constructor(address: FlinkAddress, agent: Agent | undefined) {
    this.#address = address;
    this.#agent = agent;
  }

  /** Reads the files of TLS; nothing is asked yet. @throws CodedError CONFIG_INVALID */
  static async open(address: FlinkAddress): Promise<FlinkHttp> {
    const { tls, setting } = address;
    if (tls === undefined) return new FlinkHttp(address, undefined);
    const material = await readTlsFiles(setting, tls);
    return new FlinkHttp(address, new Agent({ keepAlive: true, ...material, ...tlsNaming(tls) }));
  }

  /** Whatever status the answer has. @throws what Node says when there is none within the address's `timeoutMs` */
  async exchange(url: string, { method, body }: FlinkRequest): Promise<FlinkReply> {
    const { timeoutMs, login } = this.#address;
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const options = {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json',
        ...(sent === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
        ...(login === undefined ? {} : { authorization: basic(login) }),
      },
    };
    const request =
      this.#agent === undefined
        ? requestHttp(url, options)
        : requestHttps(url, { ...options, agent: this.#agent });
    request.end(sent);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    // What breaks from now on breaks the body too, and is told by it.
    request.on('error', () => undefined);
    return { status: response.statusCode ?? 0, text: await text(response) };
  }
}

/** RFC 7617. */
function basic({ username, password }: NonNullable<FlinkAddress['login']>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
