import {
  addMetricLag,
  buildAnalytics,
  gatewayRows,
  graphFiles,
  defaultQueryTimeLimitMs as queryTimeLimitMs,
  startEventRemoval,
  startMetrics,
} from '@tributary/analytics';
import { buildData, prepareData } from '@tributary/data';
import { publishedSignIns } from '@tributary/demo-workspace';
import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { buildFiles, defaultSettings as filesDefaults } from '@tributary/files';
import {
  buildIdentity,
  defaultSettings,
  startAuditProjection,
  startKeyRotation,
  startSessionRemoval,
} from '@tributary/identity';
import { addQueueFigures } from '@tributary/job-queue';
import { buildJobs, startHookCare, startTriggers } from '@tributary/jobs';
import { buildRest, introspectedSchema, savedOperations } from '@tributary/rest';
import { type Closing, systemClock as clock, type Logger, type Registry } from '@tributary/runtime';
import {
  metricFiles,
  modelFiles,
  predictionFiles,
  restOperationFiles,
  topicContracts,
  trackingFiles,
} from '@tributary/schema';
import {
  type AssertionMinter,
  type AssertionVerifier,
  createRefusalSink,
  type GraphExecutor,
  graphOperators,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { ProductConfig } from './config.ts';
import type { Engines } from './open-engines.ts';
import type { Secrets } from './secrets.ts';

export interface SubgraphParts {
  readonly config: ProductConfig;
  readonly engines: Engines;
  readonly secrets: Secrets;
  readonly minter: AssertionMinter;
  readonly verifier: AssertionVerifier;
  /** Runs an operation through the gateway, which is built after the subgraphs. */
  readonly execute: GraphExecutor;
  /** Where it listens, once it does. */
  readonly gatewayUrl: () => string;
  readonly metrics: Registry;
  readonly log: Logger;
  readonly closing: Closing;
}

/** Starts what runs beside the subgraphs, on migrated tables, and builds them all. */
export async function buildSubgraphs(parts: SubgraphParts): Promise<readonly Subgraph[]> {
  const { config, engines, secrets, metrics, log, closing } = parts;
  const { relational, eventLog, keyValue, streamEngine, inference, batchEngine } = engines;
  await ensureOutbox(relational);
  const topics = topicContracts();
  await eventLog.declareTopics(topics);

  const { sealingKey } = secrets;
  const settings = {
    ...defaultSettings,
    sealingKey,
    signUpOpen: config.signUpOpen,
    signUpsPerMinute: config.signUpsPerMinute,
    accessTokenSeconds: config.accessTokenSeconds,
    operatorWorkspace: config.defaultWorkspace,
    demoSignIns: config.demo ? publishedSignIns() : [],
  };
  closing.use('key rotation', await startKeyRotation({ relational, clock, log, ...settings }));
  closing.use('session removal', startSessionRemoval({ relational, clock, log }));
  const audited = topics.filter((topic) => topic.audited).map(({ name }) => name);
  closing.use(
    'audit',
    await startAuditProjection({ relational, eventLog, clock, log, metrics, topics: audited, sealingKey }),
  );

  const identity = buildIdentity({ ...parts, relational, keyValue, clock, settings });
  const models = modelFiles();
  await prepareData({ ...engines, log, modelFiles: models });
  const refusalsOf = (source: string) =>
    createRefusalSink({ relational, clock, log, metrics, source }).onRefusal;
  const data = buildData({
    ...parts,
    ...engines,
    onRefusal: refusalsOf('/subgraphs/data'),
    clock,
    modelFiles: models,
  });
  closing.use('event removal', startEventRemoval({ relational, clock, log }));
  const sources = {
    models,
    tracking: trackingFiles(),
    metrics: metricFiles(),
    predictions: predictionFiles(),
  };
  closing.use('metrics', await startMetrics({ streamEngine, sources, clock }));
  addMetricLag(metrics, { streamEngine, sources, clock });
  addPoolFigures(metrics, relational);
  addQueueFigures(metrics, relational);
  const analytics = buildAnalytics({
    ...parts,
    relational,
    streamEngine,
    inference,
    batchEngine,
    files: graphFiles(parts),
    operators: graphOperators(parts.execute),
    modelRows: gatewayRows(parts.gatewayUrl),
    queryTimeLimitMs,
    sources,
    onRefusal: refusalsOf('/subgraphs/analytics'),
    clock,
  });
  const files = buildFiles({
    ...parts,
    ...engines,
    operators: graphOperators(parts.execute),
    settings: {
      ...filesDefaults,
      secret: secrets.filesSecret,
      quotaBytes: config.files.quotaMebibytes * 1024 ** 2,
      unscanned: config.files.unscanned,
      trashDays: config.files.trashDays,
    },
    onRefusal: refusalsOf('/subgraphs/files'),
    clock,
  });
  closing.use('file workers', files.startWorkers());
  closing.use('triggers', await startTriggers({ relational, eventLog, clock, log, metrics }));
  closing.use('hook care', startHookCare({ ...engines, log }));
  const jobs = buildJobs({ ...parts, ...engines, onRefusal: refusalsOf('/subgraphs/jobs'), clock });
  const rest = closing.use(
    'rest usage',
    buildRest({
      ...parts,
      relational,
      operations: savedOperations(restOperationFiles()),
      apiSchema: introspectedSchema({ ...parts, clock }),
      onRefusal: refusalsOf('/subgraphs/rest'),
      clock,
    }),
  );
  return [identity, data, rest, analytics, files, jobs];
}
