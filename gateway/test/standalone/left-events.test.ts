import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { openMarket } from './ticker.ts';

it('an event that nobody waits for any more is given up, which is no error in the log', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: 'test', level: 'warn', destination });
  await using market = await openMarket('ws', {}, { log });
  market.catalogue.answerWith = 'nothing';
  await using socket = await rawSocket(market.socketUrl);
  await socket.init();
  socket.subscribe('1', 'subscription { sold { price product { name } } }');
  await eventually(() => expect(market.ticker.inForce).toBe(1));
  market.ticker.sell({ upc: '1', price: 3 });
  await eventually(() => expect(market.catalogue.seen).toHaveLength(1));
  socket.send({ type: 'complete', id: '1' });
  await eventually(() => expect(market.ticker.inForce).toBe(0));
  await eventually(() => expect(market.catalogue.openConnections).toBe(0));
  market.catalogue.answerWith = undefined;
  socket.subscribe('2', 'subscription { sold { price product { name } } }');
  await eventually(() => expect(market.ticker.inForce).toBe(1));
  market.ticker.sell({ upc: '1', price: 4 });
  expect(await socket.message('next', '2')).toMatchObject({
    payload: { data: { sold: { price: 4, product: { name: 'Table' } } } },
  });
  expect(lines).toEqual([]);
});
