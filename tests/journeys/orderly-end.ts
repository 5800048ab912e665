import { descendantsOf, type RunningProduct, runningProcesses, subscribing } from '@tributary/test-kit';
import { expect } from 'vitest';

/** Ctrl-C ends the product with 0: sockets are told, and none of its `moreThan` and more processes is left. */
export async function expectOrderlyEnd(product: RunningProduct, moreThan: number): Promise<void> {
  const query = 'subscription { airportChanged { __typename } }';
  await using subscriber = await subscribing(product.url, { query });
  const children = descendantsOf(product.pid);
  expect(children.length).toBeGreaterThan(moreThan);
  expect(await product.stop()).toBe(0);
  const running = new Set(runningProcesses().map(({ pid }) => pid));
  expect(children.filter((pid) => running.has(pid))).toEqual([]);
  const closed = subscriber.troubles.map((trouble) => (trouble as CloseEvent).code);
  expect(new Set(closed)).toEqual(new Set([1001]));
}
