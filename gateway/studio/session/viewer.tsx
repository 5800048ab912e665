import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { NewWorkspace } from '../app/NewWorkspace.tsx';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { type ViewerQuery, viewerQuery } from '../generated/operations.ts';
import { useLastAnswer } from '../graph/use-last-answer.ts';
import { useLive } from '../graph/use-live.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import type { Keeper } from './kept-here.ts';
import { ReceivedInvitations } from './ReceivedInvitations.tsx';
import { useEnterWorkspace } from './use-enter-workspace.ts';
import { useSession } from './use-session.ts';

export type Viewer = ViewerQuery['viewer'];

interface Knowledge {
  readonly viewer: Viewer;
  readonly reload: () => void;
}

const Known = createContext<Knowledge | undefined>(undefined);

/** Who is signed in, in which workspace, with which role. */
export function useViewer(): Viewer {
  return useKnowledge().viewer;
}

/** Under whose name this browser keeps what whoever is signed in asked and saved. */
export function useKeeper(): Keeper {
  const { id: userId, workspace } = useViewer();
  return { userId, workspaceId: workspace?.id ?? 'none' };
}

/** Asks again who is signed in, because something of it changed: an invitation came or was declined. */
export function useViewerReload(): () => void {
  return useKnowledge().reload;
}

function useKnowledge(): Knowledge {
  const known = useContext(Known);
  if (known === undefined) throw new TypeError('useViewer is for what stands inside WithViewer');
  return known;
}

/** Asks who is signed in before anything is shown that depends on it. */
export function WithViewer({ children }: { readonly children: ReactNode }): ReactNode {
  const [{ data, error }, reload] = useReloadable({ query: viewerQuery, requestPolicy: 'cache-and-network' });
  const viewer = useLastAnswer(data?.viewer);
  const { socket } = useLive();
  // A role that changed ends the socket, which comes back with what counts now.
  useEffect(
    () => socket.on('connected', (_socket, _payload, isRetry) => void (isRetry && reload())),
    [socket, reload],
  );
  const known = useMemo(() => viewer && { viewer, reload }, [viewer, reload]);
  if (known !== undefined && known.viewer.role !== null) return <Known value={known}>{children}</Known>;
  if (error !== undefined)
    return (
      <main className="alone">
        <FailureNotice error={error} onRetry={reload} />
      </main>
    );
  if (viewer === undefined)
    return (
      <main className="alone">
        <Skeleton rows={4} label="Loading your workspace" />
      </main>
    );
  return <Homeless viewer={viewer} reload={reload} />;
}

/** Signed in, but no member of the workspace addressed: goes to one of their own, or says that there is none and offers to make one. */
function Homeless({ viewer, reload }: Knowledge): ReactNode {
  const session = useSession();
  const [making, setMaking] = useState(false);
  const { enter, error } = useEnterWorkspace();
  const slug = viewer.memberships[0]?.workspace.slug;
  useEffect(() => {
    if (slug !== undefined) void enter(slug);
  }, [slug, enter]);
  return (
    <main className="alone">
      {error !== undefined && <FailureNotice error={error} />}
      {slug === undefined && (
        <EmptyState
          icon="people"
          title="You belong to no workspace yet"
          action={
            <span className="badges">
              <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
                Make a workspace
              </Button>
              <Button onClick={() => session.signOut()}>Sign out</Button>
            </span>
          }
        >
          Make one of your own, or ask an admin of another to invite {viewer.user?.email ?? 'you'}.
        </EmptyState>
      )}
      {slug === undefined && (
        <ReceivedInvitations invitations={viewer.invitations} onEnter={enter} onDeclined={reload} />
      )}
      {making && <NewWorkspace onMade={(made) => void enter(made)} onClose={() => setMaking(false)} />}
    </main>
  );
}
