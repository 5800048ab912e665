import { networkInterfaces } from 'node:os';
import { createMetrics } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { serveSubgraph } from '../src/serve-subgraph.ts';
import { smallSubgraph } from './small-subgraph.ts';

const hosts = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);

test.skipIf(!hosts.includes('::1'))(
  'a subgraph that is served at an IPv6 address says where it is (needs IPv6)',
  async () => {
    const { subgraph } = await smallSubgraph();
    await using served = await serveSubgraph(subgraph, { host: '::1', port: 0, metrics: createMetrics() });
    expect((await fetch(`${served.url}/health/live`)).status).toBe(200);
  },
);
