import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { createJobQueue } from '@tributary/job-queue';
import { applyMigrations } from '@tributary/prisma';
import { systemClock as clock, createMetrics, runProcess, serveMetrics } from '@tributary/runtime';
import { createAssertionMinter, openHttpGraph } from '@tributary/subgraph-kit';
import { builtInJobs as jobs } from './built-in-jobs.ts';
import { readConfig, serviceName } from './config.ts';
import { graphForRuns } from './graph-access.ts';
import { builtChild } from './isolated-execution.ts';
import { modelInputs } from './model-inputs.ts';
import { registerJobs } from './register-jobs.ts';
import { defaultRunnerSettings, startJobRunner } from './runner.ts';

await runProcess({
  name: serviceName,
  readConfig,
  start: async (config, { log, closing }) => {
    const options = { ...config.database, ...config.rules, log };
    const relational = closing.use('database', await openRelational(config.databaseUrl, options));
    await applyMigrations(relational.pool);
    await ensureOutbox(relational);
    await registerJobs(relational, jobs);
    const queue = closing.use('queue', createJobQueue({ relational, clock, log, random: Math.random }));
    const minter = await createAssertionMinter(config.assertionPrivateKey, clock);
    const { gatewayUrl, processes } = config;
    const { execute } = closing.use('graph', openHttpGraph(gatewayUrl, { connections: 16 }));
    const graph = graphForRuns({ minter, execute });
    const describe = modelInputs({ minter, execute, clock });
    const name = `${serviceName}-${process.pid}`;
    const settings = { ...defaultRunnerSettings, name, processes, gatewayUrl, nodeArguments: builtChild };
    const runner = await startJobRunner({ queue, jobs, graph, describe, clock, log, settings });
    closing.use('runner', runner);
    const ready = () => relational.ping();
    const metrics = createMetrics();
    const server = closing.use('metrics', await serveMetrics({ ...config.metrics, metrics, ready }));
    log.info({ port: server.port }, 'the job runner is ready');
  },
});
