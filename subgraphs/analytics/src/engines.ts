import type { BatchEngine } from '@tributary/engines/batch-engine';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import type { EventLog } from '@tributary/engines/event-log';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { Inference } from '@tributary/engines/inference';
import { openInference } from '@tributary/engines/inference/open';
import { ensureOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { openRelational } from '@tributary/engines/relational/open';
import type { StreamEngine } from '@tributary/engines/stream-engine';
import { openStreamEngine } from '@tributary/engines/stream-engine/open';
import { applyMigrations } from '@tributary/prisma';
import { type Closing, type Logger, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import { type CallContext, graphOperators, type IsOperator, openHttpGraph } from '@tributary/subgraph-kit';
import { gatewayRows, type ModelRows } from './adapters/gateway-rows.ts';
import { graphFiles } from './adapters/graph-files.ts';
import type { AnalyticsConfig } from './config.ts';
import type { FindFile } from './domain/workspace-file.ts';

export interface Engines {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly streamEngine: StreamEngine;
  readonly inference: Inference;
  readonly batchEngine: BatchEngine;
  readonly files: (caller: CallContext) => FindFile;
  readonly operators: (caller: CallContext) => IsOperator;
  readonly modelRows: ModelRows;
}

/** Of one query over events: people wait for it, and two run at a time. */
const queryMemoryBytes = 256_000_000;

/** Opens the engines of the split form, with tables, outbox and topics in place; `closing` closes them in reverse. */
export async function openEngines(config: AnalyticsConfig, closing: Closing, log: Logger): Promise<Engines> {
  const options = { ...config, log };
  const relational = closing.use('database', await openRelational(config.databaseUrl, options));
  const onRelational = { ...options, relational };
  const eventLog = closing.use('event log', await openEventLog(config.eventLogUrl, onRelational));
  await applyMigrations(relational.pool, log);
  await ensureOutbox(relational);
  await eventLog.declareTopics(topicContracts());
  const { eventLogUrl } = config;
  const onLog = { ...onRelational, eventLog, eventLogUrl, clock: systemClock };
  const streamEngine = closing.use('stream engine', await openStreamEngine(config.streamEngineUrl, onLog));
  const inference = closing.use('inference', await openInference({ clock: systemClock, log }));
  const onClock = { ...options, clock: systemClock, memoryBytes: queryMemoryBytes };
  const batchEngine = closing.use('batch engine', await openBatchEngine(config.batchEngineUrl, onClock));
  const { gatewayUrl } = config;
  const { execute } = closing.use('graph', openHttpGraph(gatewayUrl, { connections: 4 }));
  const files = graphFiles({ execute, gatewayUrl: () => gatewayUrl });
  const modelRows = gatewayRows(() => gatewayUrl);
  const operators = graphOperators(execute);
  return { relational, eventLog, streamEngine, inference, batchEngine, files, operators, modelRows };
}
