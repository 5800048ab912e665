import { composeSupergraph } from '@tributary/schema';
import { eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { CompiledGateway } from '../../src/apollo/compiled-gateway.ts';
import { planningProcess } from '../../src/planning/planning-process.ts';

test('the logger that Apollo’s gateway would have is told when the planning process ends', async () => {
  const said: string[] = [];
  const silent = (): void => undefined;
  const logger = { debug: silent, info: silent, error: silent, warn: (text: string) => void said.push(text) };
  const supergraphSdl = composeSupergraph([{ name: 'one', sdl: 'type Query { here: Boolean }' }]);
  const gateway = new CompiledGateway({ supergraphSdl, logger });
  await gateway.load();
  onTestFinished(() => gateway.stop());
  // It reads the graph, whoever it was that started it.
  await planningProcess.planNatively(
    { name: 'here', sdl: supergraphSdl },
    { question: { text: '{ here }', operationName: undefined, labels: [], drawn: 0 } },
  );
  const { pid } = planningProcess;
  if (pid === undefined) throw new Error('there is no planning process');
  process.kill(pid, 'SIGKILL');
  await eventually(() =>
    expect(said).toEqual([expect.stringMatching(/^the planning process ended: .*taken/)]),
  );
});
