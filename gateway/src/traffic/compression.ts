import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

type Encoding = 'br' | 'gzip';

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
/** Answers are made once and sent once: levels that are good for files kept for long cost ten times as much for a tenth less. */
const brotliQuality = 4;
const gzipLevel = 5;

/** What a body is sent as when it is compressed, by the client's `Accept-Encoding`. Undefined: as it is. Brotli of two that are equally welcome. */
function acceptedEncoding(accepted: string | string[] | undefined): Encoding | undefined {
  if (accepted === undefined) return undefined;
  const qualities = new Map(
    String(accepted)
      .split(',')
      .map((entry): [string, number] => {
        const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
        const q = parameters.find((parameter) => parameter.startsWith('q='));
        return [name, q === undefined ? 1 : Number(q.slice(2)) || 0];
      }),
  );
  const any = qualities.get('*') ?? 0;
  const br = qualities.get('br') ?? any;
  const gz = qualities.get('gzip') ?? any;
  if (br <= 0 && gz <= 0) return undefined;
  return br >= gz ? 'br' : 'gzip';
}

/** A body as one client gets it. */
export interface EncodedBody {
  readonly body: Buffer;
  /** Fields of the answer that go with it. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Compresses bodies outside the event loop, each once however many get it. */
export class Compression {
  readonly #minBytes: number;
  readonly #known: Readonly<Record<Encoding, WeakMap<Buffer, Promise<Buffer>>>> = {
    br: new WeakMap(),
    gzip: new WeakMap(),
  };

  /** Bodies of fewer bytes are sent as they are. */
  constructor(minBytes: number) {
    this.#minBytes = minBytes;
  }

  /** The body for a client with this `Accept-Encoding`. */
  async for(accepted: string | string[] | undefined, body: Buffer): Promise<EncodedBody> {
    if (body.byteLength < this.#minBytes) return { body, headers: {} };
    const vary = 'accept-encoding';
    const encoding = acceptedEncoding(accepted);
    if (encoding === undefined) return { body, headers: { vary } };
    return { body: await this.#of(body, encoding), headers: { vary, 'content-encoding': encoding } };
  }

  #of(body: Buffer, encoding: Encoding): Promise<Buffer> {
    const known = this.#known[encoding].get(body);
    if (known !== undefined) return known;
    const made = compressed(body, encoding);
    this.#known[encoding].set(body, made);
    return made;
  }
}

async function compressed(body: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') return gzipped(body, { level: gzipLevel });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
  };
  return brotli(body, { params });
}
