import { serverAudits } from 'graphql-http';
import { expect, it } from 'vitest';
import { startGateway } from './graph/start-gateway.ts';

it('passes all 61 public checks of the GraphQL over HTTP specification', async () => {
  await using product = await startGateway({ settings: { requestsPerMinute: 10_000 } });
  const audits = serverAudits({ url: `${product.url}/graphql` });
  expect(audits).toHaveLength(61);
  const failed: string[] = [];
  for (const audit of audits) {
    const result = await audit.fn();
    if (result.status !== 'ok') failed.push(`${audit.id} ${audit.name}: ${result.status}`);
  }
  expect(failed).toEqual([]);
}, 60_000);
