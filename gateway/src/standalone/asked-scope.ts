import { newId } from '@tributary/runtime';
import type { RequestScope } from '../execution/request-scope.ts';
import { anonymous } from '../security/nobody.ts';
import type { TimedScope } from '../traffic/deadline.ts';
import type { StandaloneSettings } from './settings-file.ts';

/** When an operation that came then has to be over; undefined where it may take what it takes. */
export function deadlineAfter(
  { deadline }: Pick<StandaloneSettings, 'deadline'>,
  cameAtMs: number,
): number | undefined {
  return deadline && cameAtMs + deadline.ms;
}

/** The scope of an operation, through whatever door it came, or of an event: its deadline counts from when that came, or from here. */
export function askedScope(
  settings: Pick<StandaloneSettings, 'deadline'>,
  asked: Pick<RequestScope, 'forwarded' | 'signal' | 'observed' | 'lot'>,
  cameAtMs = performance.now(),
): RequestScope | TimedScope {
  const scope = { principal: anonymous, requestId: newId(), ...asked };
  const deadlineAtMs = deadlineAfter(settings, cameAtMs);
  return deadlineAtMs === undefined ? scope : { ...scope, deadlineAtMs };
}
