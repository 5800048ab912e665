import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { beginInTurn, tellPipelinedAnswers } from './pipelined-answers.ts';

test('of a hundred thousand requests that are sent ahead on one connection some hundreds are taken, and eight begun with', async () => {
  let came = 0;
  let begun = 0;
  const server = createServer((_request, response) => {
    came += 1;
    beginInTurn(response, () => {
      begun += 1;
    });
  });
  tellPipelinedAnswers(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(100_000));
  // It is sent away: that many nobody sends who waits for answers.
  await new Promise((resolve) => client.once('close', resolve));
  expect(begun).toBe(8);
  expect(came).toBeLessThan(10_000);
  server.close();
  await once(server, 'close');
});
