import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FileScanner } from '@tributary/engines/file-scanner';
import { openKeyProvider } from '@tributary/engines/key-provider/open';
import type { ObjectStore } from '@tributary/engines/object-store';
import { openObjectStore } from '@tributary/engines/object-store/open';
import { createPresignedTokens } from '@tributary/engines/object-store/presigned-tokens';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import { buildFiles, defaultSettings, type FilesDeps, type FilesSettings } from '@tributary/files';
import { applyMigrations } from '@tributary/prisma';
import { Closing, createLogger, createMetrics, ManualClock, newId } from '@tributary/runtime';
import {
  assertionHeader,
  createAssertionMinter,
  createAssertionVerifier,
  createRefusalSink,
  type Principal,
  type Role,
  type StreamEvent,
  serveSubgraph,
} from '@tributary/subgraph-kit';
import { giveRights, migratedDatabase } from '@tributary/test-kit';
import type { GraphQLFormattedError } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by the shape they asked for.
  readonly data: any;
  readonly errors: readonly GraphQLFormattedError[];
  /** The code of the first error. */
  readonly code: unknown;
}

export interface FilesOptions {
  readonly settings?: Partial<FilesSettings>;
  /** Puts something between the subgraph and its store: a fault, a counter. */
  readonly objects?: (real: ObjectStore) => ObjectStore;
  readonly scanner?: FileScanner;
  readonly pace?: NonNullable<FilesDeps['pace']>;
}

/** The workspace whose owners run the installation. */
export const operatorWorkspaceId = newId();

export type RunningFiles = Awaited<ReturnType<typeof runFiles>>;

/** The files subgraph on a database and a folder of its own, called as the gateway calls it, on a clock that tests move. */
export async function runFiles(options: FilesOptions = {}) {
  const closing = new Closing();
  const clock = new ManualClock(Date.now());
  const log = createLogger({ name: 'test', level: 'silent' });
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  const outbox = await relationalOutbox(relational);
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-files-'));
  closing.defer('folder', () => rm(dataDir, { recursive: true, force: true }));
  const tokens = createPresignedTokens({ secret: 'a secret of sixteen bytes', path: '/files/o', clock });
  const store = await openObjectStore('embedded:', { dataDir, tokens, clock, allowEmbedded: true });
  closing.use('objects', store);
  const keys = await openKeyProvider('embedded:', { dataDir, clock, allowEmbedded: true });
  const keyProvider = closing.use('keys', keys);
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const refusals = createRefusalSink({
    relational,
    clock,
    log,
    metrics: createMetrics(),
    source: '/subgraphs/files',
  });
  const settings = {
    ...defaultSettings,
    secret: Buffer.alloc(32, 7).toString('base64'),
    ...options.settings,
  };
  const objects = options.objects?.(store) ?? store;
  const deps: FilesDeps = {
    relational,
    objects,
    keyProvider,
    scanner: options.scanner,
    operators:
      ({ principal: { workspaceId } }) =>
      async () =>
        workspaceId === operatorWorkspaceId,
    clock,
    log,
    settings,
    ...(options.pace === undefined ? {} : { pace: options.pace }),
    verifier,
    onRefusal: refusals.onRefusal,
  };
  /** Another process of the same installation: nothing in memory is shared. */
  const build = () => buildFiles(deps);
  const files = build();

  const known = new Map<string, Promise<void>>();
  /** Who comes for the first time has the rights they show; what is taken from them later stays taken. */
  const enters = (principal: Principal): Promise<void> => {
    const key = `${principal.workspaceId} ${principal.id}`;
    const entering = known.get(key) ?? giveRights(relational, principal);
    known.set(key, entering);
    return entering;
  };
  const ask = async (
    principal: Principal,
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
    stream?: StreamEvent,
  ): Promise<Answer> => {
    await enters(principal);
    const assertion = await minter.mint(principal);
    const { data, errors = [] } = await files.execute({
      query,
      variables,
      assertion,
      requestId: newId(),
      stream,
    });
    const formatted = errors.map((error) => error.toJSON());
    return {
      data: JSON.parse(JSON.stringify(data ?? null)),
      errors: formatted,
      code: formatted[0]?.extensions?.['code'],
    };
  };
  const send = async (
    principal: Principal,
    method: string,
    target: string,
    sent: Sent = {},
  ): Promise<Received> => {
    await enters(principal);
    const [path = '', query = ''] = target.split('?', 2);
    const body = sent.body ?? new Uint8Array();
    const length = body instanceof Uint8Array ? { 'content-length': String(body.byteLength) } : {};
    const answer = await (sent.to ?? files).streamDoor?.handle({
      method,
      path,
      query,
      headers: { ...length, ...sent.headers },
      // A copy: what a door reads it may let go.
      body: body instanceof Readable ? body : Readable.from(body.byteLength === 0 ? [] : [Buffer.from(body)]),
      assertion: await minter.mint(principal),
      requestId: newId(),
      signal: sent.signal ?? new AbortController().signal,
    });
    if (answer === undefined) throw new TypeError('no door');
    const bytes = answer.body instanceof Readable ? await buffer(answer.body) : Buffer.from(answer.body);
    return {
      status: answer.status,
      headers: answer.headers,
      bytes,
      json: () => JSON.parse(bytes.toString()),
    };
  };
  /** Events written since the last call. */
  const takeEvents = async (): Promise<readonly OutgoingEvent[]> => {
    const pending = await outbox.pending(1_000);
    await outbox.forget(pending);
    return pending.map(({ topic, event }) => ({ topic, event }));
  };
  /** Puts the subgraph behind HTTP, as in the split form. */
  const serve = async (subgraph = files) =>
    closing.use(
      'served',
      await serveSubgraph(subgraph, { port: 0, host: '127.0.0.1', metrics: createMetrics() }),
    );
  const headersOf = async (principal: Principal) => {
    await enters(principal);
    return { [assertionHeader]: await minter.mint(principal) };
  };
  const objectKeys = async (): Promise<readonly string[]> =>
    (await store.list({ prefix: 'files/', limit: 1_000 })).objects.map(({ key }) => key);
  return {
    ask,
    build,
    clock,
    dataDir,
    enters,
    files,
    headersOf,
    keys: objectKeys,
    keyProvider,
    relational,
    refusals,
    send,
    serve,
    store,
    takeEvents,
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  /** Aborts when the client leaves. */
  readonly signal?: AbortSignal;
  /** Another process than the first. */
  readonly to?: ReturnType<typeof buildFiles>;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: problem documents and lists are looked into by tests.
  json(): any;
}

/** A member of a workspace; without one, of a new workspace. */
export function member(role: Role, workspaceId: string = newId()): Principal {
  return { kind: 'user', id: newId(), workspaceId, role, scopes: null };
}

export const stranger: Principal = {
  kind: 'anonymous',
  id: 'anonymous',
  workspaceId: '00000000-0000-0000-0000-000000000000',
  role: null,
  scopes: null,
};

/** A form of files and fields as browsers send it (RFC 7578). */
export function form(
  files: readonly { readonly name: string; readonly bytes: Uint8Array | string; readonly type?: string }[],
  fields: Readonly<Record<string, string>> = {},
): Sent & { readonly body: Uint8Array } {
  const boundary = 'form-of-a-test';
  const line = (text: string): Buffer => Buffer.from(`${text}\r\n`);
  const parts = [
    ...Object.entries(fields).flatMap(([name, value]) => [
      line(`--${boundary}`),
      line(`content-disposition: form-data; name="${name}"`),
      line(''),
      line(value),
    ]),
    ...files.flatMap(({ name, bytes, type = 'application/octet-stream' }) => [
      line(`--${boundary}`),
      line(`content-disposition: form-data; name="file"; filename="${name}"`),
      line(`content-type: ${type}`),
      line(''),
      Buffer.from(bytes),
      line(''),
    ]),
    line(`--${boundary}--`),
  ];
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: new Uint8Array(Buffer.concat(parts)),
  };
}

/** Uploads one file by a form and answers its id. */
export async function uploaded(
  files: RunningFiles,
  as: Principal,
  file: { readonly name: string; readonly bytes: Uint8Array | string; readonly type?: string },
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await files.send(as, 'POST', '/files/form', form([file], fields));
  if (answer.status !== 201) throw new Error(`the upload was answered ${answer.status}: ${answer.bytes}`);
  return answer.json().files[0].id;
}
