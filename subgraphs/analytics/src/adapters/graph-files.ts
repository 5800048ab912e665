import { CodedError, download } from '@tributary/runtime';
import { type CallContext, type GraphExecutor, graphError } from '@tributary/subgraph-kit';
import type { FindFile, WorkspaceFile } from '../domain/workspace-file.ts';

export interface GraphFilesParts {
  readonly execute: GraphExecutor;
  /** Of the gateway, which serves the links of files; asked with each file, because it may start after its subgraphs. */
  readonly gatewayUrl: () => string;
}

interface AskedFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly downloadUrl: string | null;
}

const operationName = 'FileToRead';
const query = `query ${operationName}($id: ID!) { file(id: $id) { sizeBytes sha256 downloadUrl(expiresInSeconds: 900) } }`;
const deadlineMs = 60_000;

/** The files that a caller may see: the graph is asked with the caller's own assertion, and the bytes come through the link it answers. */
export function graphFiles({ execute, gatewayUrl }: GraphFilesParts): (caller: CallContext) => FindFile {
  return ({ assertion, requestId, clientAddress }) =>
    async (id): Promise<WorkspaceFile> => {
      // Not the caller's: whoever stopped waiting for a large file finds it read when asking again.
      const signal = AbortSignal.timeout(deadlineMs);
      const call = { query, operationName, variables: { id }, assertion, requestId, clientAddress, signal };
      const { data, errors = [] } = await execute(call);
      if (errors.length > 0) throw graphError(errors);
      const { file } = data as { readonly file: AskedFile | null };
      if (file === null)
        throw new CodedError('NOT_FOUND', 'There is no such file.', { details: { argument: 'file' } });
      const { sizeBytes, sha256, downloadUrl } = file;
      if (downloadUrl === null)
        throw new CodedError('FILE_NOT_SERVED', 'The file is in the trash, or waits for its scan.');
      // It may have waited for its turn, which is no time of its own.
      const read = (): Promise<Uint8Array> =>
        inTime(async (reading) => gathered(await download(gatewayUrl(), downloadUrl, reading), sizeBytes));
      return { sizeBytes, sha256, read };
    };
}

/** @throws CodedError DEADLINE_EXCEEDED */
async function inTime<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    return await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CodedError('DEADLINE_EXCEEDED', 'The file took too long to arrive.', { cause: error });
  }
}

/** All of a stream that is exactly as long as it should be: no more is taken of it, whatever it sends. */
async function gathered(stream: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let filled = 0;
  for await (const chunk of stream) {
    if (filled + chunk.length > sizeBytes) throw otherBytes();
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled < sizeBytes) throw otherBytes();
  return bytes;
}

const otherBytes = (): CodedError =>
  new CodedError('SUBGRAPH_UNAVAILABLE', 'The file did not arrive as it was announced.');
