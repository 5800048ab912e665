import type { FlinkAddress } from './flink-address.ts';
import { savepointSettings } from './flink-gateway.ts';

/** What Flink is told of a job beside its statements. */
export function jobSettings(name: string, address: FlinkAddress): Readonly<Record<string, string>> {
  const { commitMs } = address;
  return {
    ...savepointSettings(address),
    'pipeline.name': name,
    // One task from source to sink: a checkpoint is one transaction, so what is read of the results is all of it or nothing.
    'parallelism.default': '1',
    'execution.checkpointing.interval': `${commitMs} ms`,
    'table.local-time-zone': 'UTC',
    // Sums leave when a checkpoint begins, too: what has been read then is in the results.
    'table.exec.mini-batch.enabled': 'true',
    'table.exec.mini-batch.allow-latency': `${Math.min(commitMs, 500)} ms`,
    'table.exec.mini-batch.size': '20000',
    // How long an id is known, and a sum that nothing is added to.
    'table.exec.state.ttl': '10 min',
    'restart-strategy.type': 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': '2147483647',
    'restart-strategy.fixed-delay.delay': '1 s',
  };
}
