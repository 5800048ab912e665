import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { CodedError } from '@tributary/runtime';
import { z } from 'zod';
import { exchange } from '../execution/http-exchange.ts';
import { composeHere, type SupergraphReading } from '../planning/supergraph-process.ts';
import { connectionsTo } from './connections.ts';
import { headerName } from './header-names.ts';
import type { SeenFiles } from './seen-files.ts';
import { readYaml, type StandaloneSettings } from './settings-file.ts';

const httpUrl = z.url({ protocol: /^https?$/ });
const composition = createRequire(import.meta.url)('@apollo/composition/package.json') as {
  readonly version: string;
};

/** Where an SDL is: right there, in a file beside this one, or with a subgraph that tells it. */
const source = z.union(
  [
    z.strictObject({ sdl: z.string() }),
    z.strictObject({ file: z.string() }),
    z.strictObject({
      subgraph_url: httpUrl,
      introspection_headers: z.record(headerName, z.string()).default({}),
    }),
  ],
  {
    error:
      'must be an sdl, a file, or a subgraph_url with or without introspection_headers; a graphref is not taken, there is no registry to ask',
  },
);

const subgraph = z
  .object({
    /** Where the gateway asks it; where its SDL is asked for, when absent. */
    routing_url: httpUrl.optional(),
    /** The routing URL tells it when absent. */
    schema: source.optional(),
  })
  .transform(({ routing_url, schema }, { addIssue }) => {
    const url = routing_url ?? (schema !== undefined && 'subgraph_url' in schema && schema.subgraph_url);
    if (typeof url === 'string')
      return { url, source: schema ?? { subgraph_url: url, introspection_headers: {} } };
    addIssue({ code: 'custom', message: 'must have a routing_url, or a schema.subgraph_url' });
    return z.NEVER;
  });

/** The form that `rover supergraph compose` reads. */
const shape = z.object({
  federation_version: z
    .unknown()
    .optional()
    .refine(isComposed, `must be 2, or =2.x.y up to =${composition.version}, the version that composes here`),
  subgraphs: z
    .record(z.string().min(1), subgraph)
    .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'must name a subgraph'),
});

type Source = z.infer<typeof source>;

const contractTimeoutMs = 10_000;
const contractBytes = 64 * 1024 * 1024;

export interface Composing {
  readonly compose?: SupergraphReading['compose'] | undefined;
  /** Whether a subgraph is asked over HTTP/2. */
  readonly settings?: Pick<StandaloneSettings, 'subgraphs'> | undefined;
  /** Ends the asking. */
  readonly signal?: AbortSignal | undefined;
}

/** Composes what the file names; `seen` has it and each file it names, whatever is wrong with them. @throws CodedError CONFIG_INVALID for a file that is not usable or subgraphs that do not compose, SUBGRAPH_UNAVAILABLE for one that tells no SDL, and what `compose` throws. */
export async function composeFile(path: string, seen: SeenFiles, composing: Composing = {}): Promise<string> {
  await seen.look(path);
  const { subgraphs } = await readYaml(path, shape);
  const fileOf = (file: string): string => resolve(dirname(path), file);
  const sources = Object.values(subgraphs).map(({ source }) => source);
  await seen.look(...sources.flatMap((source) => ('file' in source ? [fileOf(source.file)] : [])));
  if (sources.some((source) => 'subgraph_url' in source)) seen.mayTellOtherwise();
  const sdlOf = (name: string, source: Source): string | Promise<string> => {
    if ('sdl' in source) return source.sdl;
    return 'file' in source ? textOf(fileOf(source.file)) : toldBy(name, source, composing);
  };
  const services = await Promise.all(
    Object.entries(subgraphs).map(async ([name, { url, source }]) => ({
      name,
      url,
      sdl: await sdlOf(name, source),
    })),
  );
  const { compose = composeHere } = composing;
  return compose(services);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', `${file} cannot be read.`, { cause });
  }
}

/** Federation §2: `{ _service { sdl } }`. */
async function toldBy(
  name: string,
  { subgraph_url: told, introspection_headers: more }: Extract<Source, { subgraph_url: string }>,
  { settings, signal }: Composing,
): Promise<string> {
  const { origin, pathname, search } = new URL(told);
  const h2 = settings?.subgraphs[name]?.h2 === true;
  const connections = connectionsTo(origin, { connections: 1, answerBytes: contractBytes, h2 });
  const fixed = {
    'content-type': 'application/json',
    accept: 'application/json',
    'accept-encoding': 'identity',
  };
  try {
    const { body } = await exchange(connections, {
      path: `${pathname}${search}`,
      headers: Object.entries({ ...more, ...fixed }).flat(),
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
      expected: undefined,
      timeoutMs: contractTimeoutMs,
      answerBytes: contractBytes,
      signal,
    });
    const answer = JSON.parse(body.toString()) as { data?: { _service?: { sdl?: unknown } } } | null;
    const sdl = answer?.data?._service?.sdl;
    if (typeof sdl === 'string') return sdl;
  } catch (cause) {
    throw new CodedError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} cannot be asked at ${told}.`, {
      cause,
    });
  } finally {
    void connections.close();
  }
  throw new CodedError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} tells no SDL at ${told}.`);
}

/** `2`, or a version of it that the one here does the work of. */
function isComposed(wanted: unknown): boolean {
  if (wanted === undefined || wanted === 2 || wanted === '2') return true;
  const [, minor, patch] = (typeof wanted === 'string' && /^=2\.(\d+)\.(\d+)$/.exec(wanted)) || [];
  if (minor === undefined || patch === undefined) return false;
  const [, newest = 0, last = 0] = composition.version.split('.').map(Number);
  return Number(minor) < newest || (Number(minor) === newest && Number(patch) <= last);
}
