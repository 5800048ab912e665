import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { readTlsFiles, type TlsNaming, type TlsParameters, tlsNaming } from '../tls-files.ts';
import type { SparkAddress } from './spark-address.ts';
import { unreachableSpark } from './spark-faults.ts';
import { type SparkMethod, sparkDescriptor, sparkService } from './spark-messages.ts';

const pathOf = (method: SparkMethod): string => `/spark.connect.${sparkService}/${method}`;
type AnyMethod = MethodDefinition<object, object>;

const definitions = fromJSON(sparkDescriptor, { longs: Number, defaults: false });
const service = definitions[sparkService] as unknown as Readonly<Record<SparkMethod, AnyMethod>>;

/** A page is a few megabytes; one row may be larger than that. */
const mostMessageBytes = 256 * 1024 * 1024;

/** One HTTP/2 connection to a Spark Connect server, which all runs share. It is made when it is needed and made again when it broke. */
export class SparkConnection implements Disposable {
  readonly address: SparkAddress;
  readonly #client: Client;

  private constructor(address: SparkAddress, client: Client) {
    this.address = address;
    this.#client = client;
  }

  /** Reads the files of TLS; nothing is asked yet. @throws CodedError CONFIG_INVALID */
  static async open(address: SparkAddress): Promise<SparkConnection> {
    const { tls } = address;
    const naming = tls === undefined ? {} : tlsNaming(tls);
    const secured =
      tls === undefined ? credentials.createInsecure() : await securedBy(address.setting, tls, naming);
    const client = new Client(`${address.host}:${address.port}`, secured, {
      'grpc.max_receive_message_length': mostMessageBytes,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 2_000,
      // Servers answer pings that come more often than each five minutes by hanging up.
      'grpc.keepalive_time_ms': 330_000,
      ...(naming.servername === undefined ? {} : { 'grpc.ssl_target_name_override': naming.servername }),
    });
    return new SparkConnection(address, client);
  }

  /** One question, one answer, within the address's `timeoutMs` or the given time. @throws ServiceError as gRPC has it */
  ask<Answer extends object>(method: SparkMethod, request: object, timeoutMs?: number): Promise<Answer> {
    const { requestSerialize, responseDeserialize } = service[method];
    const deadline = Date.now() + (timeoutMs ?? this.address.timeoutMs);
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        pathOf(method),
        requestSerialize,
        responseDeserialize,
        this.#withUser(request),
        this.#metadata(),
        { deadline },
        (error: ServiceError | null, answer?: object) =>
          error === null ? resolve((answer ?? {}) as Answer) : reject(error),
      );
    });
  }

  /** One question, a stream of answers, for as long as it takes. */
  stream<Answer extends object>(
    method: SparkMethod,
    request: object,
    options: CallOptions = {},
  ): ClientReadableStream<Answer> {
    const { requestSerialize, responseDeserialize } = service[method];
    return this.#client.makeServerStreamRequest(
      pathOf(method),
      requestSerialize,
      (bytes) => responseDeserialize(bytes) as Answer,
      this.#withUser(request),
      this.#metadata(),
      options,
    );
  }

  /** @throws CodedError ENGINE_UNAVAILABLE that names the setting, the place and what to look at */
  async ping(sessionId: string): Promise<void> {
    try {
      await this.ask('AnalyzePlan', { sessionId, sparkVersion: {} });
    } catch (error) {
      throw unreachableSpark(error, this.address);
    }
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  #withUser(request: object): object {
    return { ...request, userContext: { userId: this.address.user } };
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    if (this.address.token !== undefined) metadata.set('authorization', `Bearer ${this.address.token}`);
    return metadata;
  }
}

async function securedBy(
  setting: string,
  tls: TlsParameters,
  { checkServerIdentity }: TlsNaming,
): Promise<ChannelCredentials> {
  const { ca, key, cert } = await readTlsFiles(setting, tls);
  const bytes = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
  return credentials.createSsl(
    bytes(ca),
    bytes(key),
    bytes(cert),
    checkServerIdentity === undefined ? {} : { checkServerIdentity },
  );
}

/** A message that came as bytes inside of another. */
export function readMessage<Message>(name: string, bytes: Uint8Array): Message {
  const { deserialize } = definitions[name] as unknown as {
    readonly deserialize: (bytes: Buffer) => Message;
  };
  return deserialize(Buffer.from(bytes));
}
