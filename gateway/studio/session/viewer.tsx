import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { NewWorkspace } from '../app/NewWorkspace.tsx';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { switchWorkspaceMutation, type ViewerQuery, viewerQuery } from '../generated/operations.ts';
import { useLastAnswer } from '../graph/use-last-answer.ts';
import { ReceivedInvitations } from './ReceivedInvitations.tsx';
import { useSession } from './use-session.ts';

export type Viewer = ViewerQuery['viewer'];

const Known = createContext<Viewer | undefined>(undefined);

/** Who is signed in, in which workspace, with which role. */
export function useViewer(): Viewer {
  const viewer = useContext(Known);
  if (viewer === undefined) throw new TypeError('useViewer is for what stands inside WithViewer');
  return viewer;
}

/** Asks who is signed in before anything is shown that depends on it. */
export function WithViewer({ children }: { readonly children: ReactNode }): ReactNode {
  const [{ data, error }, again] = useQuery({ query: viewerQuery });
  const viewer = useLastAnswer(data?.viewer);
  if (viewer !== undefined && viewer.role !== null) return <Known value={viewer}>{children}</Known>;
  if (error !== undefined)
    return (
      <main className="alone">
        <FailureNotice error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
      </main>
    );
  if (viewer === undefined)
    return (
      <main className="alone">
        <Skeleton rows={4} label="Loading your workspace" />
      </main>
    );
  return <Homeless viewer={viewer} />;
}

/** Signed in, but no member of the workspace addressed: goes to one of their own, or says that there is none and offers to make one. */
function Homeless({ viewer }: { readonly viewer: Viewer }): ReactNode {
  const session = useSession();
  const [making, setMaking] = useState(false);
  const [{ error }, switchWorkspace] = useMutation(switchWorkspaceMutation);
  const slug = viewer.memberships[0]?.workspace.slug;
  const enter = useCallback(
    async (into: string): Promise<void> => {
      const { data } = await switchWorkspace({ slug: into });
      if (data === undefined) return;
      session.switchTo(data.switchWorkspace);
      location.assign('/studio/');
    },
    [switchWorkspace, session],
  );
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
        <ReceivedInvitations invitations={viewer.invitations} onEnter={(into) => void enter(into)} />
      )}
      {making && <NewWorkspace onMade={(made) => void enter(made)} onClose={() => setMaking(false)} />}
    </main>
  );
}
