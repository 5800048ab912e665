import type { SupergraphSdlHook } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { composeSupergraph } from '@tributary/schema';
import { freeze } from '@tributary/test-kit';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CompiledGatewayConfig } from '../../src/apollo/compiled-gateway.ts';

// There is one planning process for all graphs of a process, and tests of other files in this worker hold graphs: this file has modules of its own.
vi.resetModules();
const { CompiledGateway } = await import('../../src/apollo/compiled-gateway.ts');
const { planningProcess } = await import('../../src/planning/planning-process.ts');

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const sdlOf = (field: string): string =>
  composeSupergraph([{ name: 'one', sdl: `type Query { ${field}: Boolean again: Boolean }` }]);

interface Started {
  readonly supergraphSdl: string | SupergraphSdlHook;
  readonly planner: 'apollo' | 'hive';
}

async function started(config: Started) {
  const gateway = new CompiledGateway({
    ...config,
    logger,
    buildService: () => ({ process: async () => ({ data: { here: true, there: true, again: true } }) }),
  } as CompiledGatewayConfig);
  const server = new ApolloServer({ gateway, logger, stopOnTerminationSignals: false });
  await server.start();
  onTestFinished(() => server.stop());
  const ask = async (query: string) => {
    const { body } = await server.executeOperation({ query });
    if (body.kind !== 'single') throw new TypeError('an answer in parts');
    const { data, errors = [] } = body.singleResult;
    return { data: { ...data }, codes: errors.map(({ extensions }) => extensions?.['code']) };
  };
  return { ask, stop: () => server.stop() };
}

function pidNow(): number {
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
  afterEach(() => expect(planningProcess.pid).toBeUndefined());

  it('ends when the last gateway stops, and not before', async () => {
    const [one, other] = [
      await started({ supergraphSdl: sdlOf('here'), planner }),
      await started({ supergraphSdl: sdlOf('there'), planner }),
    ];
    expect(await one.ask('{ here }')).toMatchObject({ data: { here: true }, codes: [] });
    const pid = pidNow();
    await one.stop();
    expect(await other.ask('{ there again }')).toMatchObject({ data: { there: true }, codes: [] });
    expect(planningProcess.pid).toBe(pid);
    await other.stop();
    expect(isThere(pid)).toBe(false);
    const next = await started({ supergraphSdl: sdlOf('here'), planner });
    expect(await next.ask('{ again }')).toMatchObject({ data: { again: true }, codes: [] });
    await next.stop();
  });

  it('ends with a gateway whose supergraph was updated, as often as it was', async () => {
    let manager: Parameters<SupergraphSdlHook>[0] | undefined;
    const gateway = await started({
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
    const pid = pidNow();
    await gateway.stop();
    expect(isThere(pid)).toBe(false);
  });

  it('is given up where a plan takes too long, which is told', { timeout: 40_000 }, async () => {
    const { ask, stop } = await started({ supergraphSdl: sdlOf('here'), planner });
    await ask('{ here }');
    freeze(pidNow());
    expect(await ask('{ late: here }')).toEqual({ data: {}, codes: ['OPERATION_TOO_COMPLEX'] });
    expect(await ask('{ next: again }')).toMatchObject({ codes: [] });
    await stop();
  });
});
