import { CodedError } from '@tributary/runtime';
import { keyOfKept } from '../keep-file.ts';
import type { RunGraph } from '../run-graph.ts';
import type { RunDoors } from './run-doors.ts';

export interface StreamedFile {
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface KeepParts {
  readonly run: Parameters<RunGraph>[0];
  readonly doors: RunDoors;
  readonly signal: AbortSignal;
}

/** What is held of a file at a time. */
const pieceBytes = 8 * 1024 * 1024;
const protocol = { 'tus-resumable': '1.0.0' } as const;

/**
 * Keeps a stream as a file of the workspace by tus 1.0 (creation, then pieces), so that its size is bounded by files and not by one
 * request; answers its id. It is a file once its last byte is safe, and nothing before; when an attempt before
 * this one has kept a file of its name, that one is answered.
 * @throws CodedError FORBIDDEN, and what files say of the quota, SUBGRAPH_UNAVAILABLE
 */
export async function keepStream(file: StreamedFile, { run, doors, signal }: KeepParts): Promise<string> {
  const metadata = Object.entries({
    filename: file.name,
    filetype: file.contentType,
    idempotencyKey: keyOfKept(run.id, file.name),
  })
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
  const begun = await doors(run, '/files/tus', {
    method: 'POST',
    headers: { ...protocol, 'upload-length': String(file.sizeBytes), 'upload-metadata': metadata },
    signal,
  });
  const location = begun.headers.get('location');
  if (location === null) throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The file could not be kept.');
  let offset = 0;
  let last = begun;
  for await (const body of pieces(file.bytes)) {
    last = await doors(run, location, {
      method: 'PATCH',
      headers: {
        ...protocol,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
      },
      body,
      signal,
    });
    offset += body.byteLength;
  }
  const id = last.headers.get('tributary-file-id');
  if (id === null) throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The file could not be kept.');
  return id;
}

async function* pieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    held.push(chunk);
    size += chunk.byteLength;
    if (size < pieceBytes) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}
