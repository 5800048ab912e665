import type { Readable } from 'node:stream';
import { CodedError } from '@tributary/runtime';
import type { Principal, StreamDoorRequest, StreamDoorResponse } from '@tributary/subgraph-kit';
import busboy, { type Busboy, type FileInfo } from 'busboy';
import type { FileRecord } from '../domain/file.ts';
import { beginUpload } from '../usecases/begin-upload.ts';
import { completeUpload } from '../usecases/complete-upload.ts';
import { discardUpload } from '../usecases/discard-upload.ts';
import { unlessOverQuota } from '../usecases/failures.ts';
import { writeUpload } from '../usecases/write-upload.ts';
import { metadataOf } from './metadata-text.ts';
import { type DoorParts, requireMethod, requireUploader } from './request-principal.ts';

const limits = {
  files: 50,
  fields: 10,
  parts: 60,
  fieldNameSize: 100,
  fieldSize: 64 * 1024,
  headerPairs: 20,
} as const;
/** An upload that a crash left open belongs to nobody: its client has to send the form again. */
const formMs = 3_600_000;

/**
 * Takes the files of a form (RFC 7578), one after the other as they arrive. Fields `folderId`, `fileId` and `metadata` (JSON) hold for the
 * files behind them. At the first fault it stops; the files before it are made, and named in the answer.
 */
export async function formAnswer(
  parts: DoorParts,
  principal: Principal,
  request: StreamDoorRequest,
): Promise<StreamDoorResponse> {
  requireMethod(request, ['POST']);
  await requireUploader(parts, principal, 'POST /files/form');
  const made: FileRecord[] = [];
  try {
    await new FormReading(parts, principal, made).read(request);
  } catch (error) {
    if (!(error instanceof CodedError) || made.length === 0) throw error;
    throw new CodedError(error.code, error.message, {
      cause: error,
      details: { ...error.details, files: made.map(shown) },
    });
  }
  if (made.length === 0) throw new CodedError('BAD_REQUEST', 'The form holds no file.');
  return {
    status: 201,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify({ files: made.map(shown) }),
  };
}

function shown({ id, name, contentType, sizeBytes, sha256, state }: FileRecord): object {
  return { id, name, contentType, sizeBytes, sha256, state };
}

class FormReading {
  readonly #parts: DoorParts;
  readonly #principal: Principal;
  readonly #made: FileRecord[];
  readonly #fields = new Map<string, string>();
  /** What the parser itself found wrong, which is the client's; a file's stream passes it on to whoever reads it. */
  readonly #faultsOfForm = new WeakSet<Error>();
  /** Files are worked on in their order; the parser waits for whoever does not read its stream. */
  #work: Promise<void> = Promise.resolve();

  constructor(parts: DoorParts, principal: Principal, made: FileRecord[]) {
    this.#parts = parts;
    this.#principal = principal;
    this.#made = made;
  }

  async read({ headers, body, signal }: StreamDoorRequest): Promise<void> {
    const parser = parserFor(headers);
    let left = (): void => undefined;
    const reading = new Promise<void>((resolve, reject) => {
      let failed = false;
      const fail = (error: unknown): void => {
        if (failed) return;
        failed = true;
        body.unpipe(parser);
        // Ends the stream of the file that is being taken, which would otherwise wait for bytes that nobody sends.
        parser.destroy(error instanceof Error ? error : new Error('the form failed'));
        const refuse = (): void => reject(this.#inWords(error));
        this.#work.then(refuse, refuse);
      };
      const failForm = (error: Error): void => {
        // Once it has failed, streams are ended with what it failed of.
        if (!failed) this.#faultsOfForm.add(error);
        fail(error);
      };
      parser.on('field', (name, value, { valueTruncated }) => {
        if (valueTruncated) fail(new CodedError('PAYLOAD_TOO_LARGE', 'A field of the form is too large.'));
        else this.#fields.set(name, value);
      });
      parser.on('file', (_field, stream, info) => {
        stream.once('error', failForm);
        // What stands in the chunk in which the form failed is still parsed.
        if (failed) {
          stream.resume();
          return;
        }
        this.#work = this.#work.then(() => this.#take(stream, info, signal));
        this.#work.catch(fail);
      });
      for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
        parser.once(limit, () =>
          fail(new CodedError('PAYLOAD_TOO_LARGE', 'The form has too many parts.', { details: limits })),
        );
      parser.on('error', failForm);
      body.once('error', fail);
      // A client whose bytes have all come leaves no error in them.
      left = () => fail(new CodedError('BAD_REQUEST', 'The client left before it was answered.'));
      signal.addEventListener('abort', left);
      parser.once('close', () => {
        if (!failed) this.#work.then(resolve, fail);
      });
      body.pipe(parser);
    });
    await reading.finally(() => signal.removeEventListener('abort', left));
  }

  #inWords(error: unknown): unknown {
    if (!(error instanceof Error) || !this.#faultsOfForm.has(error)) return error;
    return new CodedError('BAD_REQUEST', faultsInWords[error.message] ?? 'The form cannot be read.', {
      cause: error,
    });
  }

  async #take(stream: Readable, info: FileInfo, signal: AbortSignal): Promise<void> {
    const { core } = this.#parts;
    const upload = unlessOverQuota(
      await beginUpload(core, this.#principal, {
        kind: 'FORM',
        name: fileNameOf(info.filename),
        declaredType: info.mimeType,
        // What a form sends for a field that is left empty.
        folderId: this.#fields.get('folderId') || null,
        fileId: this.#fields.get('fileId') || null,
        metadata: metadataOf(this.#fields.get('metadata') || null),
        sizeBytes: null,
        expiresInMs: formMs,
      }),
    );
    try {
      const written = await writeUpload(core, upload, { body: stream, lease: null, signal });
      this.#made.push(unlessOverQuota(await completeUpload(core, written)));
    } catch (error) {
      await discardUpload(core, upload.id);
      throw error;
    }
  }
}

/** What stands in quotes as forms write it (HTML, multipart/form-data encoding algorithm): a quote and the ends of lines, and nothing else, are escaped. */
const escaped: Readonly<Record<string, string>> = { '%22': '"', '%0D': '\r', '%0A': '\n' };

function fileNameOf(filename = ''): string {
  return filename.replace(/%(?:22|0D|0A)/gi, (mark) => escaped[mark.toUpperCase()] ?? mark);
}

const faultsInWords: Readonly<Record<string, string>> = {
  'Unexpected end of form': 'The form ends early.',
  'Malformed part header':
    'A part of the form has a header that cannot be read; names of fields and files hold no control characters.',
};

function parserFor(headers: StreamDoorRequest['headers']): Busboy {
  if (!/^multipart\/form-data\s*;/i.test(headers['content-type'] ?? ''))
    throw new CodedError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The body must be multipart/form-data, with the boundary between its parts named.',
    );
  try {
    return busboy({ headers, limits, defParamCharset: 'utf8' });
  } catch (cause) {
    throw new CodedError('BAD_REQUEST', 'The form cannot be read.', { cause });
  }
}
