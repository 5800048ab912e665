import { type RunningProduct, runningProcesses } from '@tributary/test-kit';

/** Kills one of the processes of a product in the split form, `subgraphs/data`; what supervises it starts it again. */
export function killPart(product: RunningProduct, part: string): void {
  const found = runningProcesses().find(
    ({ parentPid, command }) => parentPid === product.pid && command.includes(`${part}/dist/main`),
  );
  if (found === undefined) throw new Error(`${part} does not run`);
  process.kill(found.pid, 'SIGKILL');
}
