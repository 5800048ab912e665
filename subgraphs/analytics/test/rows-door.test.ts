import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { newId } from '@tributary/runtime';
import { rowStreamLimits, type StreamDoorResponse } from '@tributary/subgraph-kit';
import { expect, test } from 'vitest';
import { member, openAnalytics } from './open-analytics.ts';

const whole = ({ body }: StreamDoorResponse): Promise<string> =>
  text(typeof body === 'string' || body instanceof Uint8Array ? Readable.from([body]) : body);

test('whoever opens rows and does not read them has some places, and no more; those of others are theirs', async () => {
  await using analytics = await openAnalytics();
  const mine = member(newId(), 'EDITOR');
  const open: StreamDoorResponse[] = [];
  for (let n = 0; n < rowStreamLimits.perWorkspace; n += 1) open.push(await analytics.rows(mine, 'events'));
  expect(open.map(({ status }) => status)).toEqual(open.map(() => 200));
  const refused = await analytics.rows(mine, 'events');
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
  expect(JSON.parse(await whole(refused))).toMatchObject({ code: 'RATE_LIMITED' });
  expect(await whole(await analytics.rows(member(newId(), 'EDITOR'), 'page_viewed'))).toBe('');
  await Promise.all(open.map(whole));
  expect(await analytics.rows(mine, 'events')).toMatchObject({ status: 200 });
});
