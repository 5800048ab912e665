import { expect, it } from 'vitest';
import { metricsAccess } from '../src/index.ts';
import { startGateway } from './graph/start-gateway.ts';

const token = 'a-token-of-the-operators';

it.each([
  ['on a loopback host', { host: '127.0.0.1', trustProxy: false, token: undefined }, 'open'],
  ['on a loopback host behind a proxy', { host: '127.0.0.1', trustProxy: true, token: undefined }, 'closed'],
  ['on every address', { host: '0.0.0.0', trustProxy: false, token: undefined }, 'closed'],
  ['on every address with a token', { host: '0.0.0.0', trustProxy: false, token }, { token }],
  ['on a loopback host with a token', { host: '::1', trustProxy: false, token }, { token }],
])('the figures of a process %s are for whom its settings say', (_where, config, access) => {
  expect(metricsAccess(config)).toEqual(access);
});

it('where the figures are closed there is nothing at their path', async () => {
  await using product = await startGateway({ settings: { metricsAccess: 'closed' } });
  const response = await fetch(`${product.url}/metrics`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
});

it('with a token the figures are for who shows it, and for nobody else', async () => {
  await using product = await startGateway({ settings: { metricsAccess: { token } } });
  const read = (authorization?: string): Promise<Response> =>
    fetch(`${product.url}/metrics`, authorization === undefined ? {} : { headers: { authorization } });
  for (const wrong of [undefined, 'Bearer', `Bearer ${token}x`, `Basic ${token}`, token])
    expect((await read(wrong)).status).toBe(401);
  const shown = await read(`Bearer ${token}`);
  expect(shown.status).toBe(200);
  expect(await shown.text()).toContain('tributary_gateway_request_duration_seconds');
});
