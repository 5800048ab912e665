import type { SupergraphSdlHook } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  childrenRunning,
  noProcesses,
} from '@tributary/engines/contained-process/contained-children.fixture';
import { CompiledGateway, type CompiledGatewayConfig } from '@tributary/gateway/apollo';
import { composeSupergraph } from '@tributary/schema';
import { eventually, freeze } from '@tributary/test-kit';
import { expect, it, onTestFinished } from 'vitest';

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
/** Larger than what is read at once. */
const sdlOf = (field: string): string => {
  const others = Array.from({ length: 300 }, (_, at) => `type Other${at} { a: Int }`).join(' ');
  return composeSupergraph([
    { name: 'one', sdl: `type Query { ${field}: Boolean again: Boolean other: Other1 } ${others}` },
  ]);
};

async function started() {
  let manager: Parameters<SupergraphSdlHook>[0] | undefined;
  const gateway = new CompiledGateway({
    supergraphSdl: async (options: Parameters<SupergraphSdlHook>[0]) => {
      manager = options;
      return { supergraphSdl: sdlOf('first') };
    },
    logger,
    buildService: () => ({
      process: async () => ({ data: { first: true, second: true, third: true, again: true } }),
    }),
  } as CompiledGatewayConfig);
  const server = new ApolloServer({ gateway, logger, stopOnTerminationSignals: false });
  await server.start();
  onTestFinished(() => server.stop());
  return {
    update: (sdl: string) => manager?.update(sdl),
    stop: () => server.stop(),
    ask: async (query: string) => {
      const { body } = await server.executeOperation({ query });
      if (body.kind !== 'single') throw new TypeError('an answer in parts');
      const { data, errors } = body.singleResult;
      return errors ?? { ...data };
    },
  };
}

async function readingNow(): Promise<number> {
  const [pid] = await childrenRunning('supergraph-child');
  if (pid === undefined) throw new Error('there is no process that reads');
  return pid;
}

it.skipIf(noProcesses !== undefined)(
  'a large update is read in a process of its own: what the graph before has is answered meanwhile, what it has not waits (needs /proc)',
  async () => {
    const { ask, update, stop } = await started();
    expect(await ask('{ first }')).toEqual({ first: true });
    update(sdlOf('second'));
    const pid = await eventually(readingNow);
    freeze(pid);
    expect(await ask('{ again }')).toEqual({ again: true });
    let isAnswered = false;
    const waiting = ask('{ second }').finally(() => {
      isAnswered = true;
    });
    expect(await ask('{ again __typename }')).toEqual({ again: true, __typename: 'Query' });
    expect(isAnswered).toBe(false);
    process.kill(pid, 'SIGCONT');
    expect(await waiting).toEqual({ second: true });
    await stop();
    expect(await childrenRunning('supergraph-child')).toEqual([]);
  },
);

it.skipIf(noProcesses !== undefined)(
  'of several updates the last is in force, whichever was read last (needs /proc)',
  async () => {
    const { ask, update } = await started();
    update(sdlOf('second'));
    update(sdlOf('third'));
    expect(await ask('{ third }')).toEqual({ third: true });
    expect(await ask('{ first }')).toMatchObject([
      { message: expect.stringContaining('Cannot query field') },
    ]);
  },
);

it.skipIf(noProcesses !== undefined)(
  'a gateway that stops while it reads leaves no process, and nobody waits for ever (needs /proc)',
  async () => {
    const { ask, update, stop } = await started();
    update(sdlOf('second'));
    freeze(await eventually(readingNow));
    const waiting = ask('{ second }');
    await stop();
    await waiting;
    expect(await childrenRunning('supergraph-child')).toEqual([]);
  },
);
