import { CodedError } from '@tributary/runtime';

/** What a file's text may be written in. `latin1` is read as Windows-1252, as the WHATWG Encoding Standard has it. */
export const datasetEncodings = ['utf-8', 'utf-16le', 'latin1'] as const;

export type DatasetEncoding = (typeof datasetEncodings)[number];

/**
 * A file's text in the pieces it arrives in, without its byte order mark. Bytes that are not of the encoding are never replaced by others.
 * @throws CodedError BAD_USER_INPUT saying where the first of them are, and what to do.
 */
export async function* datasetText(
  bytes: AsyncIterable<Uint8Array>,
  encoding: DatasetEncoding,
): AsyncGenerator<string> {
  const decode = encoding === 'latin1' ? windows1252 : strictly(encoding);
  let offset = 0;
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return decode(chunk);
    } catch (cause) {
      throw notOf(encoding, offset, cause);
    }
  };
  for await (const chunk of bytes) {
    yield decoded(chunk);
    offset += chunk.byteLength;
  }
  yield decoded();
}

/** Decodes the next piece, or what is left when there is none. */
type Decode = (chunk?: Uint8Array) => string;

function strictly(encoding: Exclude<DatasetEncoding, 'latin1'>): Decode {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (chunk) => (chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }));
}

/** What the bytes 0x80 to 0x9F are; the rest is Latin-1. Node's own decoder takes these for control characters, in some of its versions. */
const above = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function windows1252(chunk: Uint8Array = new Uint8Array()): string {
  return Buffer.from(chunk)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (character) => above.charAt(character.charCodeAt(0) - 0x80));
}

function notOf(encoding: DatasetEncoding, offset: number, cause: unknown): CodedError {
  const others = datasetEncodings.filter((each) => each !== encoding).join(' or ');
  return new CodedError(
    'BAD_USER_INPUT',
    `The file is not ${encoding} from about byte ${offset} on. Give its encoding (${others}) in the input, or convert it: iconv -f <its encoding> -t utf-8.`,
    { cause, details: { encoding, offset } },
  );
}
