import * as tus from 'tus-js-client';

export interface Stopped {
  /** Path of the upload, to go on from. */
  readonly path: string;
  /** Bytes the server has acknowledged. */
  readonly accepted: number;
}

export interface Uploading {
  readonly url: string;
  readonly authorization: string;
  readonly name: string;
  readonly bytes: Buffer;
  /** Goes on with this upload. */
  readonly from?: string;
  /** Called with what was acknowledged so far; true cuts the upload there. */
  readonly cutAt?: (accepted: number) => boolean;
}

/** Sends a file with the stock tus client, in pieces, until it is whole (the file's id) or cut. */
export function uploadByTus(uploading: Uploading): Promise<Stopped | string> {
  const { url, authorization, name, bytes, from, cutAt = () => false } = uploading;
  return new Promise((resolve, reject) => {
    let fileId: string | undefined;
    let accepted = 0;
    const client = new tus.Upload(bytes, {
      endpoint: `${url}/files/tus`,
      uploadUrl: from === undefined ? null : new URL(from, url).href,
      headers: { authorization },
      metadata: { filename: name },
      chunkSize: Math.ceil(bytes.byteLength / 7),
      retryDelays: null,
      onAfterResponse: (_request, response) => {
        fileId = response.getHeader('tributary-file-id') ?? fileId;
      },
      onChunkComplete: (_size, acknowledged) => {
        accepted = acknowledged;
        if (!cutAt(acknowledged)) return;
        void client.abort();
        resolve({ path: new URL(client.url ?? '').pathname, accepted });
      },
      onSuccess: () => resolve(fileId ?? ''),
      onError: (error) =>
        client.url === null ? reject(error) : resolve({ path: new URL(client.url).pathname, accepted }),
    });
    client.start();
  });
}

/** An upload that is meant to stop before its end. @throws Error when it was whole */
export async function cutUpload(uploading: Uploading): Promise<Stopped> {
  const outcome = await uploadByTus(uploading);
  if (typeof outcome === 'string') throw new Error('it was whole before it was cut');
  return outcome;
}

/** An upload that is meant to become a file; answers its id. @throws Error when it was cut */
export async function wholeUpload(uploading: Uploading): Promise<string> {
  const outcome = await uploadByTus(uploading);
  if (typeof outcome !== 'string') throw new Error(`it was cut after ${outcome.accepted} bytes`);
  return outcome;
}
