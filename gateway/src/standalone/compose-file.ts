import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { composeServices } from '@apollo/composition';
import { CodedError } from '@tributary/runtime';
import { type DocumentNode, parse } from 'graphql';
import { request } from 'undici';
import { z } from 'zod';
import type { SeenFiles } from './seen-files.ts';
import { readYaml } from './settings-file.ts';

const httpUrl = z.url({ protocol: /^https?$/ });

/** The form that `rover supergraph compose` reads. */
const shape = z.object({
  subgraphs: z
    .record(
      z.string().min(1),
      z.object({
        /** Where the gateway asks it. */
        routing_url: httpUrl,
        /** Where its SDL is: a file beside this one, or a subgraph that tells it; its routing URL when absent. */
        schema: z
          .union([z.strictObject({ file: z.string() }), z.strictObject({ subgraph_url: httpUrl })])
          .optional(),
      }),
    )
    .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'must name a subgraph'),
});

const contractTimeoutMs = 10_000;

/** Composes what the file names; `seen` has it and each file it names, whatever is wrong with them. @throws CodedError CONFIG_INVALID for a file that is not usable or subgraphs that do not compose, SUBGRAPH_UNAVAILABLE for one that tells no SDL. */
export async function composeFile(path: string, seen: SeenFiles): Promise<string> {
  await seen.look(path);
  const { subgraphs } = await readYaml(path, shape);
  const fileOf = (file: string): string => resolve(dirname(path), file);
  const schemas = Object.values(subgraphs).map(({ schema }) => schema);
  await seen.look(...schemas.flatMap((schema) => (schema && 'file' in schema ? [fileOf(schema.file)] : [])));
  const services = await Promise.all(
    Object.entries(subgraphs).map(async ([name, { routing_url: url, schema }]) => {
      if (schema === undefined) return { name, url, typeDefs: read(name, await toldBy(name, url)) };
      if ('subgraph_url' in schema)
        return { name, url, typeDefs: read(name, await toldBy(name, schema.subgraph_url)) };
      return { name, url, typeDefs: read(name, await textOf(fileOf(schema.file))) };
    }),
  );
  const { supergraphSdl, errors } = composeServices(services);
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
async function toldBy(name: string, url: string): Promise<string> {
  try {
    const { body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
      signal: AbortSignal.timeout(contractTimeoutMs),
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
