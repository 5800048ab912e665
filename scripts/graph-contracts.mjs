/**
 * The contracts of all subgraphs as the built packages give them, without an engine.
 * Run as a script, it says what is wrong with a model, a metric, a topic, a saved operation or the composed graph, and exits with 1.
 */
import { fileURLToPath } from 'node:url';
import { analyticsTypeDefs } from '@tributary/analytics';
import { dataTypeDefs } from '@tributary/data';
import { filesTypeDefs } from '@tributary/files';
import { identityTypeDefs } from '@tributary/identity';
import { jobsTypeDefs } from '@tributary/jobs';
import { restTypeDefs, savedOperations } from '@tributary/rest';
import {
  composeSupergraph,
  metricFiles,
  modelFiles,
  predictionFiles,
  restOperationFiles,
  topicContracts,
  trackingFiles,
} from '@tributary/schema';
import { federatedSdl } from '@tributary/subgraph-kit';

/** Throws what is wrong with a declaration. */
export function subgraphContracts() {
  return [
    { name: 'identity', typeDefs: identityTypeDefs() },
    { name: 'data', typeDefs: dataTypeDefs(modelFiles()) },
    { name: 'rest', typeDefs: restTypeDefs() },
    {
      name: 'analytics',
      typeDefs: analyticsTypeDefs({
        models: modelFiles(),
        tracking: trackingFiles(),
        metrics: metricFiles(),
        predictions: predictionFiles(),
      }),
    },
    { name: 'files', typeDefs: filesTypeDefs() },
    { name: 'jobs', typeDefs: jobsTypeDefs() },
  ];
}

/** The supergraph of these contracts. Throws what does not fit together. */
export function composed(subgraphs) {
  return composeSupergraph(subgraphs.map(({ name, typeDefs }) => ({ name, sdl: federatedSdl(typeDefs) })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    composed(subgraphContracts());
    topicContracts();
    savedOperations(restOperationFiles());
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
