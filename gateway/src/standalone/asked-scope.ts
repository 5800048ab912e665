import { newId } from '@tributary/runtime';
import type { RequestScope } from '../execution/request-scope.ts';
import { anonymous } from '../security/nobody.ts';
import type { TimedScope } from '../traffic/deadline.ts';
import type { StandaloneSettings } from './settings-file.ts';

/** The scope of an operation that begins now, through whatever door it came, or of an event: its deadline counts from here. */
export function askedScope(
  { deadline }: Pick<StandaloneSettings, 'deadline'>,
  asked: Pick<RequestScope, 'forwarded' | 'signal' | 'observed'>,
): RequestScope | TimedScope {
  const scope = { principal: anonymous, requestId: newId(), ...asked };
  return deadline === undefined ? scope : { ...scope, deadlineAtMs: performance.now() + deadline.ms };
}
