import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type GraphCaller,
  type ProductOptions,
  type RunningProduct,
  startProduct,
} from '@tributary/test-kit';
import { expect } from 'vitest';
import { newWorkspace, signIn, type Workspace } from '../../../security/newcomers.ts';
import { ownPlaces } from '../../real-engines/own-places.ts';
import { endJobs } from './cluster.ts';

/** A product of one process on Flink; it may be killed, and started again. */
export interface ProductOnFlink extends AsyncDisposable {
  /** That which runs now. */
  readonly product: RunningProduct;
  /** Its owner is the installation's operator. */
  readonly workspace: Workspace;
  readonly settings: Readonly<Record<string, string>>;
  start(): Promise<RunningProduct>;
  /** As the operator, newly signed in. */
  operator(): Promise<GraphCaller>;
}

/** Disposing ends what it left in Flink as well. `streamEngineUrl` where it is not Flink's own. */
export async function openOnFlink(
  name: string,
  { streamEngineUrl }: { readonly streamEngineUrl?: string } = {},
): Promise<ProductOnFlink> {
  const places = await ownPlaces(name);
  const dataDir = await mkdtemp(join(tmpdir(), `tributary-${name}-`));
  const env = {
    ...places.settings,
    DEMO: 'off',
    LOG_LEVEL: 'error',
    REQUESTS_PER_MINUTE: '100000',
    ...(streamEngineUrl === undefined ? {} : { STREAM_ENGINE_URL: streamEngineUrl }),
  };
  let product = await startProduct({ form: 'one', dataDir, env });
  const made = await newWorkspace(product.url);
  await product.stop();
  // From its next start on.
  const options: ProductOptions = {
    form: 'one',
    dataDir,
    env: { ...env, DEFAULT_WORKSPACE: made.slug },
  };
  const start = async (): Promise<RunningProduct> => {
    product = await startProduct(options);
    return product;
  };
  await start();
  const signedIn = () => signIn(product.url, made.owner.email, made.slug);
  const workspace = { ...made, owner: await signedIn() };
  return {
    get product() {
      return product;
    },
    workspace,
    settings: { ...options.env, DATA_DIR: dataDir },
    start,
    operator: async () => (await signedIn()).ask,
    [Symbol.asyncDispose]: async () => {
      await product[Symbol.asyncDispose]();
      await endJobs();
      await places[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface ShownPipeline {
  readonly name: string;
  readonly version: number;
  readonly engine: string;
  readonly state: string;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly savepointFailure: { readonly code: string; readonly message: string } | null;
  readonly savepoint: { readonly place: string | null; readonly restoredAt: string | null } | null;
  readonly eventsBehind: number;
  readonly checkpoint: { readonly offsets: readonly (number | null)[] } | null;
  readonly change: { readonly kind: string } | null;
}

const fields =
  '{ name version engine state failure { code message } savepointFailure { code message } savepoint { place restoredAt } eventsBehind checkpoint { offsets } change { kind } }';

export async function shownPipelines(operator: GraphCaller): Promise<readonly ShownPipeline[]> {
  const { data, errors } = await operator<{ pipelines: ShownPipeline[] }>(`{ pipelines ${fields} }`);
  expect(errors).toEqual([]);
  return data.pipelines;
}

/** @throws when there is none */
export async function shownPipeline(operator: GraphCaller, name: string): Promise<ShownPipeline> {
  const { data, errors } = await operator<{ pipeline: ShownPipeline }>(
    `query ($name: String!) { pipeline(name: $name) ${fields} }`,
    { name },
  );
  expect(errors).toEqual([]);
  return data.pipeline;
}

/** Stops, starts or recomputes a pipeline; answers the state that it is in at once. */
export async function steered(
  operator: GraphCaller,
  verb: 'stop' | 'start' | 'recompute',
  name: string,
): Promise<ShownPipeline> {
  const { data, errors } = await operator<{ steered: ShownPipeline }>(
    `mutation ($name: String!) { steered: ${verb}Pipeline(name: $name) ${fields} }`,
    { name },
  );
  expect(errors).toEqual([]);
  return data.steered;
}
