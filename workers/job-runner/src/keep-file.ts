import { CodedError, gatewayAddress } from '@tributary/runtime';

/** A file that a run keeps. Its name stands for it within the run: a file of that name which the run has kept already is answered instead. */
export interface KeptFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

interface Upload {
  readonly id?: string;
  readonly url?: string;
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly message?: string;
}

const createText = `mutation KeepFile($input: CreateUploadInput!) { createUpload(input: $input) {
  ... on UploadCreated { id url headers { name value } } ... on Failure { message } } }`;
const completeText = `mutation CompleteFile($id: ID!) { completeUpload(id: $id) {
  ... on UploadCompleted { file { id } } ... on Failure { message } } }`;

/** By what files know again what a run has kept, in any of its attempts. */
export function keyOfKept(runId: string, name: string): string {
  return `run ${runId}: ${name}`;
}

/**
 * Keeps bytes as a file of the workspace, with the rights of whoever enqueued the run; answers its id. After a crash in between, the next attempt
 * that keeps a file of this name gets the one that is there.
 * @throws CodedError FORBIDDEN, QUOTA_EXCEEDED, SUBGRAPH_UNAVAILABLE
 */
export async function keepFile(
  { name, contentType, bytes }: KeptFile,
  parts: {
    readonly runId: string;
    readonly gatewayUrl: string;
    readonly signal: AbortSignal;
    readonly graph: (query: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;
  },
): Promise<string> {
  const idempotencyKey = keyOfKept(parts.runId, name);
  const input = { name, contentType, sizeBytes: bytes.byteLength, idempotencyKey };
  const { createUpload } = (await parts.graph(createText, { input })) as { readonly createUpload: Upload };
  const { id, url, headers = [] } = createUpload;
  if (id === undefined || url === undefined)
    throw new CodedError('QUOTA_EXCEEDED', createUpload.message ?? 'The file could not be kept.');
  const put = await fetch(gatewayAddress(parts.gatewayUrl, url), {
    method: 'PUT',
    // Length is fetch's own to say: said twice it is refused where a process has loaded undici, as the runner of the split form has.
    headers: Object.fromEntries(
      headers.flatMap(({ name, value }) => (name === 'content-length' ? [] : [[name, value]])),
    ),
    body: Buffer.from(bytes),
    redirect: 'error',
    signal: parts.signal,
  }).catch((cause: unknown) => {
    throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The file could not be kept.', { cause });
  });
  if (!put.ok) throw new CodedError('SUBGRAPH_UNAVAILABLE', `The file could not be kept (${put.status}).`);
  const { completeUpload } = (await parts.graph(completeText, { id })) as {
    readonly completeUpload: { readonly file?: { readonly id: string }; readonly message?: string };
  };
  if (completeUpload.file === undefined)
    throw new CodedError('SUBGRAPH_UNAVAILABLE', completeUpload.message ?? 'The file could not be kept.');
  return completeUpload.file.id;
}
