import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { createMetrics } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { assertionHeader } from '../src/internal-headers.ts';
import { serveSubgraph } from '../src/serve-subgraph.ts';
import { smallSubgraph, viewer } from './small-subgraph.ts';

test('a subgraph that stops ends each connection behind what runs on it: gateways keep them for long', async () => {
  const { subgraph, minter, onWork, worked } = await smallSubgraph();
  let release: () => void = () => undefined;
  onWork.next = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const served = await serveSubgraph(subgraph, { host: '127.0.0.1', port: 0, metrics: createMetrics() });
  const agent = new Agent({ keepAlive: true });
  const headers = { 'content-type': 'application/json', [assertionHeader]: await minter.mint(viewer) };
  const asked = request(`${served.url}/graphql`, { method: 'POST', agent, headers });
  asked.end(JSON.stringify({ query: 'mutation { work(name: "a") }' }));
  await eventually(() => expect(worked).toEqual(['a']));
  const stopped = served[Symbol.asyncDispose]();
  await new Promise((resolve) => setImmediate(resolve));
  release();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect(JSON.parse(await text(answer))).toEqual({ data: { work: 'a' } });
  expect(answer.headers.connection).toBe('close');
  await stopped;
  agent.destroy();
});
