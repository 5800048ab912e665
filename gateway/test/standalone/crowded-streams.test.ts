import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { openMarket } from './ticker.ts';

const limits = { ...defaultStandaloneSettings.limits, underWay: 1 };
const accept = 'text/event-stream';

it('requests for events count among those under way until their stream has begun', async () => {
  await using market = await openMarket('ws', { limits });
  const { hostname, port } = new URL(market.url);
  const slow = connect(Number(port), hostname);
  await once(slow, 'connect');
  slow.write(
    `POST /graphql HTTP/1.1\r\nhost: a\r\naccept: ${accept}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
  );
  await eventually(() => expect(market.gateway.underWay).toBe(1));
  const asked = `${market.url}?query=${encodeURIComponent('subscription { sold { price } }')}`;
  const refused = await fetch(asked, { headers: { accept } });
  expect([refused.status, await refused.json()]).toMatchObject([
    503,
    { errors: [{ extensions: { code: 'OVERLOADED' } }] },
  ]);
  slow.destroy();
  await eventually(() => expect(market.gateway.underWay).toBe(0));
  const leaving = new AbortController();
  for (const _one of [1, 2]) {
    const { status } = await fetch(asked, { headers: { accept }, signal: leaving.signal });
    expect(status).toBe(200);
    await eventually(() => expect(market.gateway.underWay).toBe(0));
  }
  leaving.abort();
});
