import type { SupergraphSdlHook } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { composeSupergraph } from '@tributary/schema';
import { freeze } from '@tributary/test-kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CompiledGatewayConfig } from '../../src/apollo/compiled-gateway.ts';

/** There is one planning process for all graphs of a process, and tests of other files in this worker hold graphs: tests here have modules of their own. */
async function ownModules() {
  vi.resetModules();
  const { CompiledGateway } = await import('../../src/apollo/compiled-gateway.ts');
  const { planningProcess } = await import('../../src/planning/planning-process.ts');
  return { CompiledGateway, planningProcess };
}
type Modules = Awaited<ReturnType<typeof ownModules>>;

const all = { apollo: await ownModules(), hive: await ownModules() };

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const sdlOf = (field: string): string =>
  composeSupergraph([{ name: 'one', sdl: `type Query { ${field}: Boolean again: Boolean }` }]);

interface Started {
  readonly supergraphSdl: string | SupergraphSdlHook;
  readonly planner: 'apollo' | 'hive';
}

async function started({ CompiledGateway }: Modules, config: Started) {
  const gateway = new CompiledGateway({
    ...config,
    logger,
    buildService: () => ({ process: async () => ({ data: { here: true, there: true, again: true } }) }),
  } as CompiledGatewayConfig);
  const server = new ApolloServer({ gateway, logger, stopOnTerminationSignals: false });
  await server.start();
  const ask = async (query: string) => {
    const { body } = await server.executeOperation({ query });
    if (body.kind !== 'single') throw new TypeError('an answer in parts');
    const { data, errors = [] } = body.singleResult;
    return { data: { ...data }, codes: errors.map(({ extensions }) => extensions?.['code']) };
  };
  return { ask, stop: () => server.stop(), [Symbol.asyncDispose]: () => server.stop() };
}

function pidNow({ planningProcess }: Modules): number {
  const { pid } = planningProcess;
  if (pid === undefined) throw new Error('there is no planning process');
  return pid;
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.each(['apollo', 'hive'] as const)('the process that plans by %s', (planner) => {
  const modules = all[planner];
  afterEach(() => expect(modules.planningProcess.pid).toBeUndefined());

  it('ends when the last gateway stops, and not before', async () => {
    await using one = await started(modules, { supergraphSdl: sdlOf('here'), planner });
    await using other = await started(modules, { supergraphSdl: sdlOf('there'), planner });
    expect(await one.ask('{ here }')).toMatchObject({ data: { here: true }, codes: [] });
    const pid = pidNow(modules);
    await one.stop();
    expect(await other.ask('{ there again }')).toMatchObject({ data: { there: true }, codes: [] });
    expect(modules.planningProcess.pid).toBe(pid);
    await other.stop();
    expect(isThere(pid)).toBe(false);
    await using next = await started(modules, { supergraphSdl: sdlOf('here'), planner });
    expect(await next.ask('{ again }')).toMatchObject({ data: { again: true }, codes: [] });
  });

  it('ends with a gateway whose supergraph was updated, as often as it was', async () => {
    let manager: Parameters<SupergraphSdlHook>[0] | undefined;
    await using gateway = await started(modules, {
      supergraphSdl: async (options) => {
        manager = options;
        return { supergraphSdl: sdlOf('here') };
      },
      planner,
    });
    for (const field of ['there', 'here', 'there', 'there']) {
      manager?.update(sdlOf(field));
      expect(await gateway.ask(`{ again ${field} }`)).toMatchObject({ data: { [field]: true }, codes: [] });
    }
    const pid = pidNow(modules);
    await gateway.stop();
    expect(isThere(pid)).toBe(false);
  });
});

// A plan has ten seconds: those of both planners pass beside each other.
it.concurrent.each(['apollo', 'hive'] as const)(
  'the process that plans by %s is given up where a plan takes too long, which is told',
  { timeout: 40_000 },
  async (planner) => {
    const modules = all[planner];
    await using gateway = await started(modules, { supergraphSdl: sdlOf('here'), planner });
    await gateway.ask('{ here }');
    freeze(pidNow(modules));
    expect(await gateway.ask('{ late: here }')).toEqual({ data: {}, codes: ['OPERATION_TOO_COMPLEX'] });
    expect(await gateway.ask('{ next: again }')).toMatchObject({ codes: [] });
    await gateway.stop();
    expect(modules.planningProcess.pid).toBeUndefined();
  },
);
