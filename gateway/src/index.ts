export {
  defaultSettings,
  type GatewaySettings,
  gatewaySettings,
  listedOperations,
  type OperationLimits,
} from './config.ts';
export {
  type RemoteSubgraph,
  type RemoteSubgraphOptions,
  remoteSubgraph,
} from './execution/remote-subgraph.ts';
export { buildGateway, type Gateway, type GatewayDependencies, type ListeningGateway } from './gateway.ts';
export { type MetricsAccess, metricsAccess } from './security/metrics-access.ts';
