export { atNight, rounds } from './at-night.ts';
export { type Cable, cable } from './cable.ts';
export { demoPassword } from './demo-password.ts';
export { type AskedDoor, type BodilessRequest, doorRequest } from './door-request.ts';
export { eventStream, type HeardEvent, type HeardStream, type StreamRequest } from './event-stream.ts';
export { type EventuallyOptions, eventually } from './eventually.ts';
export { freeze } from './freeze.ts';
export { freshDatabase, migratedDatabase } from './fresh-database.ts';
export { type GraphAnswer, type GraphCaller, graphCaller, signedIn } from './graph-caller.ts';
export { giveRights, type TestPrincipal, takeRights } from './held-rights.ts';
export { observedDatabase } from './observed-database.ts';
export { quickly } from './quickly.ts';
export {
  descendantsOf,
  processesNaming,
  processesOf,
  type RunningProcess,
  runningProcesses,
} from './running-processes.ts';
export {
  type DemoAccess,
  demoAccess,
  type ProductOptions,
  type RunningProduct,
  startArguments,
  startProduct,
} from './running-product.ts';
export { type Subscribed, type SubscribeRequest, subscribing } from './subscribing.ts';
export { type ReceivedSpan, type TraceReceiver, traceReceiver } from './trace-receiver.ts';
export { typescriptProgram } from './typescript-program.ts';
export { withoutRepeats } from './without-repeats.ts';
