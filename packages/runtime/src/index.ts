export { currentRunId, onBehalfOfRun } from './acting-run.ts';
export { addressBlock } from './address-block.ts';
export { type AskedGauge, addAskedGauge } from './asked-gauge.ts';
export { CallsUnderWay } from './calls-under-way.ts';
export { type Clock, ManualClock, systemClock } from './clock.ts';
export { CodedError, type CodedErrorOptions } from './coded-error.ts';
export { jsonSetting, parseConfig } from './config.ts';
export { csvDelimiter, csvMark, tellsCsvDelimiter } from './csv-delimiter.ts';
export { download, gatewayAddress } from './download.ts';
export { type ErrorCode, errorCodes, isErrorCode } from './errors.ts';
export { type ExactJson, exactJson, keyGivenTwice } from './exact-json.ts';
export { ExplainedError } from './explained-error.ts';
export { faultSentence } from './fault-sentence.ts';
export { fileNameFault, hasUnseenCharacters, keptName } from './file-name.ts';
export { fittingParts, type PartRequest } from './fitting-parts.ts';
export { areFree, freePorts } from './free-ports.ts';
export { httpOrigin } from './http-origin.ts';
export { isId, newId } from './ids.ts';
export { type JsonMember, jsonMembers } from './json-members.ts';
export { Closing } from './lifecycle.ts';
export { createLogger, type LogFields, type Logger, type LogOptions } from './log.ts';
export { isLoopback } from './loopback.ts';
export { losesDigits, lostDigits } from './lost-digits.ts';
export { type FolderRequest, makeFolder } from './make-folder.ts';
export { Counter, createMetrics, type EngineUrls, Gauge, Histogram, Registry } from './metrics.ts';
export { type MetricsServer, type MetricsServerOptions, serveMetrics } from './metrics-server.ts';
export { type ProcessStat, processStat } from './process-stat.ts';
export { type Progress, progress } from './progress.ts';
export { missingEngines, type NeededEngines, requireEngines } from './readiness.ts';
export { type Repeated, type Repeating, startRepeating } from './repeated.ts';
export {
  type ProcessConfig,
  type ProcessDefinition,
  type ProcessParts,
  runProcess,
  type StartFailed,
} from './run-process.ts';
export { type Release, Semaphore, type SemaphoreOptions } from './semaphore.ts';
export {
  accessTokenSecondsSetting,
  choice,
  engineSettings,
  httpUrlSetting,
  originsSetting,
  portSetting,
  processConfig,
  processSettings,
  secretSetting,
  slugSetting,
  subgraphConfig,
  subgraphSettings,
  switchSetting,
  type TracesSettings,
  tracesEnvironment,
  tracesSettings,
  tracesVariables,
  wholeNumber,
} from './settings.ts';
export { SizedCache } from './sized-cache.ts';
export { slugFault } from './slug.ts';
export { requireStillWanted } from './still-wanted.ts';
export { beginningOf, storableText } from './storable-text.ts';
export {
  currentTraceparent,
  type DoneForMany,
  inSpan,
  type OpenSpan,
  openSpan,
  recordForEach,
  startTelemetry,
  type TelemetryOptions,
  withTraceparent,
} from './telemetry.ts';
export { type TextLine, textLines } from './text-lines.ts';
export { type TroubleLogOptions, tellTrouble } from './trouble-log.ts';
export { type Turn, Turns, type TurnsOptions } from './turns.ts';
export { windows1252 } from './windows-1252.ts';
