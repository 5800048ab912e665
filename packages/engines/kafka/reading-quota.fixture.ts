import { once } from 'node:events';
import { connect } from 'node:net';

/** https://kafka.apache.org/protocol.html: the driver has no words for quotas. */
const alterClientQuotas = 49;

/** Lets a user read so many bytes a second; what is more gets answers that are empty. @throws Error with the broker's number for what it refuses */
export async function limitReading(
  port: number,
  { user, bytesPerSecond }: { readonly user: string; readonly bytesPerSecond: number },
): Promise<void> {
  const rate = Buffer.alloc(8);
  rate.writeDoubleBE(bytesPerSecond);
  const entity = [int32(1), text('user'), text(user)];
  const setting = [int32(1), text('consumer_byte_rate'), rate, Buffer.from([0])];
  const head = [int16(alterClientQuotas), int16(0), int32(1), text('test')];
  const request = Buffer.concat([...head, int32(1), ...entity, ...setting, Buffer.from([0])]);
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(Buffer.concat([int32(request.length), request]));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    // After its size, the number of the request, for how long to wait, and how many answers there are.
    const refusal = answer.readInt16BE(16);
    if (refusal !== 0) throw new Error(`the broker refuses the quota: ${refusal}`);
  } finally {
    socket.destroy();
  }
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
