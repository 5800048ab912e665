import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, newId, slugFault } from '@tributary/runtime';
import { memberEvent, workspaceCreated } from '../adapters/events.ts';
import { insertMember } from '../adapters/members.ts';
import { findWorkspaceBySlug, foundedCount, insertWorkspace } from '../adapters/workspaces.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { displayName } from '../domain/display-name.ts';
import { maySetUp } from '../set-up.ts';
import { invalidSlug, setUpNeeded, slugTaken } from './failures.ts';
import { causeOf, requireUser } from './rights.ts';

export interface CreateWorkspaceInput {
  readonly slug: string;
  readonly name: string;
  readonly setUpToken?: string | null;
}

/** What one person makes at most; what others made and gave them does not count. */
const maxFounded = 100;

/** @throws CodedError BAD_USER_INPUT, FORBIDDEN for keys, STATE_CONFLICT when the person made as many as one may */
export async function createWorkspace(
  core: IdentityCore,
  { principal }: Caller,
  input: CreateWorkspaceInput,
) {
  const { userId } = requireUser(principal);
  const name = displayName(input.name, 'name');
  const { slug } = input;
  const fault = slugFault(slug);
  if (fault !== undefined) return invalidSlug(fault);
  if (slug === core.settings.operatorWorkspace && !(await maySetUp(core, input.setUpToken)))
    return (await findWorkspaceBySlug(core.relational, slug)) === undefined ? setUpNeeded : slugTaken;
  const id = newId();
  const now = new Date(core.clock.now());
  const made = await core.relational.transaction(async (tx) => {
    if ((await foundedCount(tx, userId)) >= maxFounded)
      throw new CodedError('STATE_CONFLICT', `One person makes ${maxFounded} workspaces at most.`, {
        details: { limit: maxFounded },
      });
    const workspace = { id, slug, name, foundedBy: userId, now };
    if (!(await insertWorkspace(tx, workspace, core.derived.audit.chain))) return false;
    await insertMember(tx, { workspaceId: id, userId, role: 'OWNER', now });
    const cause = { ...causeOf(core, principal), workspaceId: id };
    await writeOutbox(tx, [
      workspaceCreated(cause, { id, slug }),
      memberEvent(cause, { userId, role: 'OWNER', previousRole: null }),
    ]);
    return true;
  });
  if (!made) return slugTaken;
  return {
    __typename: 'WorkspaceCreated',
    workspace: { id, slug, name, createdAt: now.toISOString() },
  } as const;
}
