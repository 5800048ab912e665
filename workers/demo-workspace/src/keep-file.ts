import type { Principal } from '@tributary/subgraph-kit';
import type { GraphClient } from './graph-client.ts';

export interface KeepFileParts {
  readonly graph: GraphClient;
  readonly graphqlUrl: string;
  readonly owner: Principal;
  readonly signal: AbortSignal;
}

/** Keeps bytes as a file of the workspace, by a presigned PUT; answers its id. */
export async function keepFile(
  {
    name,
    contentType,
    bytes,
  }: { readonly name: string; readonly contentType: string; readonly bytes: Buffer<ArrayBuffer> },
  { graph, graphqlUrl, owner, signal }: KeepFileParts,
): Promise<string> {
  const { createUpload } = await graph<{
    createUpload: {
      id?: string;
      url?: string;
      headers?: { name: string; value: string }[];
      message?: string;
    };
  }>(
    `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
      ... on UploadCreated { id url headers { name value } } ... on Failure { message } } }`,
    { input: { name, contentType, sizeBytes: bytes.length } },
    owner,
  );
  const { id, url, headers = [], message } = createUpload;
  if (id === undefined || url === undefined) throw new Error(`The file ${name} was refused: ${message}`);
  // fetch says the length itself, and two of them are refused.
  const named = headers.filter((header) => header.name.toLowerCase() !== 'content-length');
  const put = await fetch(new URL(url, graphqlUrl), {
    method: 'PUT',
    headers: Object.fromEntries(named.map((header) => [header.name, header.value])),
    body: bytes,
    signal,
  });
  if (!put.ok) throw new Error(`The file ${name} was answered ${put.status}.`);
  const { completeUpload } = await graph<{ completeUpload: { file?: { id: string }; message?: string } }>(
    `mutation ($id: ID!) { completeUpload(id: $id) { ... on UploadCompleted { file { id } } ... on Failure { message } } }`,
    { id },
    owner,
  );
  if (completeUpload.file === undefined)
    throw new Error(`The file ${name} was refused: ${completeUpload.message}`);
  return completeUpload.file.id;
}
