import { setTimeout as delay } from 'node:timers/promises';
import type { Closing, Logger } from '@tributary/runtime';
import type { AssertionMinter, Subgraph } from '@tributary/subgraph-kit';
import type { GatewayProcessConfig, RemoteAddress } from '../config.ts';
import { remoteSubgraph } from './remote-subgraph.ts';

/** Processes of one installation start in any order: a subgraph gets this long to come up. */
const patienceMs = 60_000;
const pauseMs = 250;

/** Connects to every configured subgraph. @throws CodedError SUBGRAPH_UNAVAILABLE for one that does not come up in a minute. */
export async function connectSubgraphs(
  closing: Closing,
  config: GatewayProcessConfig,
  { minter, log }: { readonly minter: AssertionMinter; readonly log: Logger },
): Promise<readonly Subgraph[]> {
  const deadlineMs = performance.now() + patienceMs;
  const connect = async (address: RemoteAddress): Promise<Subgraph> => {
    for (;;) {
      try {
        const remote = await remoteSubgraph({ ...address, minter, connections: config.subgraphConnections });
        return closing.use(`subgraph ${address.name}`, remote);
      } catch (error) {
        if (performance.now() > deadlineMs) throw error;
        log.info({ subgraph: address.name }, 'waiting for a subgraph');
        await delay(pauseMs);
      }
    }
  };
  return Promise.all(config.subgraphs.map(connect));
}
