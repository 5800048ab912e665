import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Error codes of a topic's partitions, in their order: 0 for one that has a leader. */
export type ToldTopics = ReadonlyMap<string, readonly number[]>;

const [metadata, apiVersions] = [3, 18];

/** Answers what a client asks to find its way (ApiVersions, Metadata), with what a test says: brokers of a cluster that has lost one. */
export async function startMetadataBroker(
  topics: ToldTopics,
  /** Ports of brokers that have lower ids than its own. */
  others: readonly number[] = [],
): Promise<AsyncDisposable & { url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let held = Buffer.alloc(0);
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        held = Buffer.concat([held, bytes]);
        while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
          const request = held.subarray(4, 4 + held.readInt32BE(0));
          held = held.subarray(4 + request.length);
          const { port } = server.address() as AddressInfo;
          const body =
            request.readInt16BE(0) === metadata ? metadataOf(topics, [...others, port]) : versions();
          const answer = Buffer.concat([request.subarray(4, 8), body]);
          socket.write(Buffer.concat([int(4, answer.length), answer]));
        }
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `kafka://127.0.0.1:${(server.address() as AddressInfo).port}/?timeoutMs=2000`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

function int(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

function text(value: string): Buffer {
  return Buffer.concat([int(2, value.length), Buffer.from(value)]);
}

function list(items: readonly Buffer[]): Buffer {
  return Buffer.concat([int(4, items.length), ...items]);
}

/** ApiVersions Response (Version: 2) => error_code [api_keys] throttle_time_ms */
function versions(): Buffer {
  const known = [
    [metadata, 6],
    [apiVersions, 2],
  ] as const;
  const keys = known.map(([key, newest]) => Buffer.concat([int(2, key), int(2, 0), int(2, newest)]));
  return Buffer.concat([int(2, 0), list(keys), int(4, 0)]);
}

/** Metadata Response (Version: 6) => throttle_time_ms [brokers] cluster_id controller_id [topics] */
function metadataOf(topics: ToldTopics, ports: readonly number[]): Buffer {
  const firstId = 2 - ports.length;
  const brokers = ports.map((port, at) =>
    Buffer.concat([int(4, firstId + at), text('127.0.0.1'), int(4, port), int(2, -1)]),
  );
  const told = [...topics].map(([name, errors]) => {
    const partitions = errors.map((error, partition) =>
      Buffer.concat([
        int(2, error),
        int(4, partition),
        int(4, error === 0 ? 1 : -1),
        ...[list([int(4, 1)]), list([]), list([])],
      ]),
    );
    return Buffer.concat([int(2, 0), text(name), int(1, 0), list(partitions)]);
  });
  return Buffer.concat([int(4, 0), list(brokers), text('cluster'), int(4, 1), list(told)]);
}
