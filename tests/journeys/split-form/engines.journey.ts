import { expect, inject, test } from 'vitest';

const { engines, url } = inject('product');
/** By the scheme that names an engine: the port it stands behind, and the setting of a run that has it. The parts of the split form have an embedded database by its URL as well. */
const schemes = {
  postgres: ['database', undefined],
  kafka: ['event-log', 'KAFKA_URL'],
  redis: ['key-value', 'REDIS_URL'],
} as const;

test('the product stands on the engines that run on this machine, and on embedded ones in place of the others', async () => {
  const figures = await (await fetch(`${url}/metrics`)).text();
  for (const [scheme, [port, setting]] of Object.entries(schemes)) {
    const engine = setting !== undefined && engines[setting] === undefined ? 'embedded' : scheme;
    expect(figures).toContain(`tributary_engine_info{port="${port}",engine="${engine}"} 1`);
  }
});
