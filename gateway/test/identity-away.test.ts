import { CodedError, ManualClock, systemClock } from '@tributary/runtime';
import type { Subgraph } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { ask, codeOf, startGateway } from './graph/start-gateway.ts';

const minuteMs = 60_000;
const query = '{ product(id: "1") { name } }';
const answered = { data: { product: { name: 'product 1' } } };

/** A gateway of which identity can be away. */
async function gatewayOfItsOwn() {
  const state = { isAway: false, asked: 0 };
  const clock = new ManualClock(systemClock.now());
  const replace = (subgraph: Subgraph): Subgraph =>
    subgraph.name !== 'identity'
      ? subgraph
      : {
          ...subgraph,
          execute: async (call) => {
            if (call.query.includes('resolveWorkspace')) state.asked += 1;
            if (state.isAway) throw new CodedError('SUBGRAPH_UNAVAILABLE', 'away');
            return subgraph.execute(call);
          },
        };
  const product = await startGateway({ clock, replace, settings: { requestsPerMinute: 20 } });
  return { product, clock, state };
}

it('while identity is away, workspaces it named before are served for a day, and asked about once a second', async () => {
  const { product, clock, state } = await gatewayOfItsOwn();
  await using _product = product;
  const headers = { 'tributary-workspace': 'demo' };
  for (const sent of [{}, headers]) expect((await ask(product.url, { query }, sent)).body).toEqual(answered);
  state.isAway = true;
  clock.advance(minuteMs + 1);
  state.asked = 0;
  for (const sent of [{}, headers, {}])
    expect((await ask(product.url, { query }, sent)).body).toEqual(answered);
  expect(state.asked).toBe(1);
  clock.advance(23 * 60 * minuteMs);
  expect((await ask(product.url, { query })).body).toEqual(answered);
  await eventually(() => expect(state.asked).toBe(2));
  clock.advance(60 * minuteMs);
  expect(codeOf(await ask(product.url, { query }))).toBe('SUBGRAPH_UNAVAILABLE');
  state.isAway = false;
  await eventually(async () => expect((await ask(product.url, { query }, headers)).body).toEqual(answered));
});

it('what cannot be told while identity is away is charged to nobody', async () => {
  const { product, state } = await gatewayOfItsOwn();
  await using _product = product;
  state.isAway = true;
  for (let time = 0; time < 30; time += 1)
    expect(codeOf(await ask(product.url, { query }))).toBe('SUBGRAPH_UNAVAILABLE');
  state.isAway = false;
  expect((await ask(product.url, { query })).headers.get('ratelimit-remaining')).toBe('19');
});
