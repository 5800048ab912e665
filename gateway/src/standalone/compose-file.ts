import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { CodedError } from '@tributary/runtime';
import { composed } from '@tributary/schema';
import { type DocumentNode, parse } from 'graphql';
import { request } from 'undici';
import { z } from 'zod';
import { isJsonObject } from '../execution/compiled/own-keys.ts';
import { environmentValue } from './config.ts';
import { headerName } from './header-names.ts';
import type { SeenFiles } from './seen-files.ts';
import { readYaml } from './settings-file.ts';

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
const shape = z.preprocess(
  withVariables,
  z.object({
    federation_version: z
      .unknown()
      .optional()
      .refine(
        isComposed,
        `must be 2, or =2.x.y up to =${composition.version}, the version that composes here`,
      ),
    subgraphs: z
      .record(z.string().min(1), subgraph)
      .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'must name a subgraph'),
  }),
);

type Source = z.infer<typeof source>;

const contractTimeoutMs = 10_000;

/** Composes what the file names; `seen` has it and each file it names, whatever is wrong with them. `signal` ends the asking. @throws CodedError CONFIG_INVALID for a file that is not usable or subgraphs that do not compose, SUBGRAPH_UNAVAILABLE for one that tells no SDL. */
export async function composeFile(path: string, seen: SeenFiles, signal?: AbortSignal): Promise<string> {
  await seen.look(path);
  const { subgraphs } = await readYaml(path, shape);
  const fileOf = (file: string): string => resolve(dirname(path), file);
  await seen.look(
    ...Object.values(subgraphs).flatMap(({ source }) => ('file' in source ? [fileOf(source.file)] : [])),
  );
  const sdlOf = (name: string, source: Source): string | Promise<string> => {
    if ('sdl' in source) return source.sdl;
    return 'file' in source ? textOf(fileOf(source.file)) : toldBy(name, source, signal);
  };
  const services = await Promise.all(
    Object.entries(subgraphs).map(async ([name, { url, source }]) => ({
      name,
      url,
      typeDefs: read(name, await sdlOf(name, source)),
    })),
  );
  const { supergraphSdl, errors } = composed(services);
  if (errors === undefined) return supergraphSdl;
  const faults = errors.map(({ message }) => message).join('\n');
  throw new CodedError('CONFIG_INVALID', `The subgraphs do not compose:\n${faults}`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', `${file} cannot be read.`, { cause });
  }
}

function read(name: string, sdl: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('CONFIG_INVALID', `The SDL of ${name} cannot be read: ${reason}`, { cause });
  }
}

/** Federation §2: `{ _service { sdl } }`. */
async function toldBy(
  name: string,
  { subgraph_url: url, introspection_headers: more }: Extract<Source, { subgraph_url: string }>,
  ended?: AbortSignal,
): Promise<string> {
  const late = AbortSignal.timeout(contractTimeoutMs);
  try {
    const { body } = await request(url, {
      method: 'POST',
      headers: { ...more, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
      signal: ended === undefined ? late : AbortSignal.any([late, ended]),
    });
    const answer = (await body.json()) as { data?: { _service?: { sdl?: unknown } } } | null;
    const sdl = answer?.data?._service?.sdl;
    if (typeof sdl === 'string') return sdl;
  } catch (cause) {
    throw new CodedError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} cannot be asked at ${url}.`, {
      cause,
    });
  }
  throw new CodedError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} tells no SDL at ${url}.`);
}

/** `2`, or a version of it that the one here does the work of. */
function isComposed(wanted: unknown): boolean {
  if (wanted === undefined || wanted === 2 || wanted === '2') return true;
  const [, minor, patch] = (typeof wanted === 'string' && /^=2\.(\d+)\.(\d+)$/.exec(wanted)) || [];
  if (minor === undefined || patch === undefined) return false;
  const [, newest = 0, last = 0] = composition.version.split('.').map(Number);
  return Number(minor) < newest || (Number(minor) === newest && Number(patch) <= last);
}

/** A content with `${env.NAME}` replaced in its texts, so that what is secret stands in no file. */
function withVariables(content: unknown, { addIssue }: z.RefinementCtx): unknown {
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(/\$\{env\.(\w+)\}/g, (_all, name: string) => {
        const found = environmentValue(name);
        if (found === undefined)
          addIssue({ code: 'custom', message: `the environment has no variable ${name}` });
        return found ?? '';
      });
    if (Array.isArray(value)) return value.map(replaced);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner)]));
  };
  return replaced(content);
}
