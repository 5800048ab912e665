export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by the shape they asked for.
  readonly json: any;
}

export type RestCaller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<RestAnswer>;

/** Asks the REST API as a partner does: JSON there and back, with the same headers each time. */
export function restCaller(url: string, always: Readonly<Record<string, string>>): RestCaller {
  return async (method, path, body, headers = {}) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...always, ...json, ...headers },
      ...sent,
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, json: text === '' ? null : JSON.parse(text) };
  };
}

/** Uploads one file by a form; answers its id. @throws Error when it is refused */
export async function uploadedByForm(
  url: string,
  authorization: string,
  { bytes, name }: { readonly bytes: string | Uint8Array<ArrayBuffer>; readonly name: string },
): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([bytes]), name);
  const answer = await fetch(`${url}/files/form`, { method: 'POST', headers: { authorization }, body: form });
  const { files: [file] = [] } = (await answer.json()) as { files?: { id: string }[] };
  if (answer.status !== 201 || file === undefined)
    throw new Error(`the upload was answered ${answer.status}`);
  return file.id;
}
