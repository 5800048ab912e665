import type { Sql } from '@tributary/engines/relational';
import {
  type EnqueuedRun,
  enqueueRuns,
  type RunPrincipal,
  requireRoom,
  starterNow,
} from '@tributary/job-queue';
import { CodedError, isId } from '@tributary/runtime';
import { jobsByNames } from '../adapters/definition-table.ts';
import { validSecrets } from '../adapters/hook-secrets.ts';
import { type ActingHook, calledHook, noteCall, runOfCall } from '../adapters/hook-table.ts';
import { isSigned, isTimely, type SignedCall } from '../adapters/webhook-signature.ts';
import type { JobsCore } from '../core.ts';
import { checkInput } from './check-input.ts';
import { jobNamed } from './enqueue-job.ts';
import { hookBody } from './hook-body.ts';

/** A call that comes again within this time, under a new timestamp, is the run it was. Senders try for days. */
const onceMs = 7 * 86_400_000;

export type CalledRun = Pick<EnqueuedRun, 'id' | 'isNew'>;

/**
 * Starts the run that a signed call asks for; a call with an id that has come before is answered its run, whatever has changed since. Whether there is such a hook is told to
 * nobody whose signature does not hold.
 * @throws CodedError UNAUTHENTICATED, ENGINE_UNAVAILABLE while no signature can be checked, and for signed calls BAD_USER_INPUT, FORBIDDEN, QUEUE_DRAINING, RUN_LIMIT
 */
export async function callHook(core: JobsCore, hookId: string, call: SignedCall): Promise<CalledRun> {
  const { relational, clock, wake } = core;
  const { id: callId = '' } = call;
  if (!isTimely(call, clock.now()))
    throw new CodedError(
      'UNAUTHENTICATED',
      'webhook-timestamp must be the time of sending, in seconds since 1970.',
    );
  const hook = isId(hookId) ? await calledHook(relational, hookId) : undefined;
  // While no secret can be opened, whoever guesses at ids is answered alike wherever they point.
  if (hook === undefined) await core.keyProvider.ping();
  const secrets = hook === undefined ? [] : await validSecrets(core, hook.id);
  if (!isSigned(call, secrets) || hook === undefined || !/^[\x21-\x7e]{1,128}$/.test(callId))
    throw notKnown();
  const { workspaceId, id, request, jobName } = hook;
  const origin = `hook:${id}`;
  const unique = { key: `${origin}:${callId}`, periodMs: onceMs };
  // Its sender knows nothing of the answer it had: what has changed since is no reason to give another.
  const known = await runOfCall(relational, hook, unique.key);
  if (known !== undefined) return { id: known, isNew: false };
  const principal = await makerNow(relational, hook);
  const job = jobNamed(await jobsByNames(relational, [jobName]), jobName);
  const input = hookBody(call.body);
  checkInput(job, input);
  await requireRoom(relational, workspaceId);
  const run = await relational.transaction(async (tx) => {
    if (!(await noteCall(tx, hook))) throw notKnown();
    const asked = { ...request, workspaceId, principal, job: jobName, origin, input, unique };
    return (await enqueueRuns(tx, [asked], { clock }))[0];
  });
  if (run === undefined) throw new CodedError('INTERNAL', 'The run was not made.');
  wake.ring();
  return run;
}

/** Its sender need not know whose hook it is, nor what they may. @throws CodedError FORBIDDEN */
async function makerNow(sql: Sql, hook: ActingHook): Promise<RunPrincipal> {
  try {
    return await starterNow(sql, hook);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'FORBIDDEN') throw error;
    throw new CodedError('FORBIDDEN', 'Whoever made this hook has no right to start jobs any more.');
  }
}

function notKnown(): CodedError {
  return new CodedError('UNAUTHENTICATED', 'There is no such hook, or the signature does not hold.');
}
