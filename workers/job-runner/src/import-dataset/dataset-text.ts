import { CodedError, windows1252 } from '@tributary/runtime';

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
  const decode: Decode =
    encoding === 'latin1' ? (chunk = new Uint8Array()) => windows1252(chunk) : strictly(encoding);
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

function notOf(encoding: DatasetEncoding, offset: number, cause: unknown): CodedError {
  const others = datasetEncodings.filter((each) => each !== encoding).join(' or ');
  return new CodedError(
    'BAD_USER_INPUT',
    `The file is not ${encoding} from about byte ${offset} on. Give its encoding (${others}) in the input, or convert it: iconv -f <its encoding> -t utf-8.`,
    { cause, details: { encoding, offset } },
  );
}
