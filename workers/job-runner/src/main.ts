import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { createJobQueue, runsEndedCounter } from '@tributary/job-queue';
import { systemClock as clock, createMetrics, runProcess, serveMetrics } from '@tributary/runtime';
import { createAssertionMinter, openHttpGraph } from '@tributary/subgraph-kit';
import { doorsForRuns } from './batch/run-doors.ts';
import { builtInJobs } from './built-in-jobs.ts';
import { readConfig, serviceName } from './config.ts';
import { openEngines } from './engines.ts';
import { graphForRuns } from './graph-access.ts';
import { builtChild } from './isolated-execution.ts';
import { modelInputs } from './model-inputs.ts';
import { registerJobs } from './register-jobs.ts';
import { defaultRunnerSettings, startJobRunner } from './runner.ts';

await runProcess({
  name: serviceName,
  readConfig,
  start: async (config, { log, closing }) => {
    const { relational, batchEngine: engine } = await openEngines(config, closing, log);
    const jobs = builtInJobs();
    await registerJobs(relational, jobs);
    const metrics = createMetrics(config);
    addPoolFigures(metrics, relational);
    const counted = { random: Math.random, ended: runsEndedCounter(metrics) };
    const queue = closing.use('queue', createJobQueue({ relational, clock, log, ...counted }));
    const minter = await createAssertionMinter(config.assertionPrivateKey, clock);
    const { gatewayUrl, processes } = config;
    const { execute } = closing.use('graph', openHttpGraph(gatewayUrl, { connections: 16 }));
    const graph = graphForRuns({ minter, execute });
    const describe = modelInputs({ minter, execute, clock });
    const batch = { engine, gatewayUrl, doors: doorsForRuns({ minter, gatewayUrl }) };
    const name = `${serviceName}-${process.pid}`;
    const settings = { ...defaultRunnerSettings, name, processes, gatewayUrl, nodeArguments: builtChild };
    const runner = await startJobRunner({ queue, jobs, graph, describe, batch, clock, log, settings });
    closing.use('runner', runner);
    const engines = { database: relational, 'batch-engine': engine };
    const server = closing.use('metrics', await serveMetrics({ ...config.metrics, metrics, engines }));
    log.info({ port: server.port }, 'the job runner is ready');
  },
});
