import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { Router, useLocation } from 'wouter';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Toasts } from '../elements/Toasts.tsx';
import { Uploads } from '../files/uploads.ts';
import { UploadsContext } from '../files/use-uploads.ts';
import { createGraph } from '../graph/graph-client.ts';
import { Refusal } from '../graph/refusal.ts';
import { UncachedContext } from '../graph/uncached.ts';
import { LiveContext } from '../graph/use-live.ts';
import { SignIn } from '../session/SignIn.tsx';
import { Session } from '../session/session.ts';
import { SessionContext, useSession, useStanding } from '../session/use-session.ts';
import { WithViewer } from '../session/viewer.tsx';
import { Fallible } from './Fallible.tsx';
import { Shell } from './Shell.tsx';
import { applyTheme } from './theme.ts';
import '../styles/tokens.css';
import '../styles/ground.css';
import '../elements/elements.css';

/** Puts a document of the console together: session, graph, frame, and what it shows inside. */
export function openConsole(pages: ReactNode): void {
  applyTheme();
  const session = new Session();
  const { client, uncached, live } = createGraph(session);
  const uploads = new Uploads(session);
  const element = document.getElementById('console');
  if (element === null) throw new TypeError('the page has no place for the console');
  createRoot(element).render(
    <StrictMode>
      <SessionContext value={session}>
        <Provider value={client}>
          <UncachedContext value={uncached}>
            <LiveContext value={live}>
              <UploadsContext value={uploads}>
                <Router base="/studio">
                  <Toasts>
                    <Fallible place="">
                      <Frame>{pages}</Frame>
                    </Fallible>
                  </Toasts>
                </Router>
              </UploadsContext>
            </LiveContext>
          </UncachedContext>
        </Provider>
      </SessionContext>
    </StrictMode>,
  );
  void session.start();
}

function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  const standing = useStanding();
  const session = useSession();
  const [path] = useLocation();
  if (standing === 'unknown') return null;
  if (standing === 'unreachable')
    return (
      <main className="alone">
        <FailureNotice error={Refusal.ofNetwork(undefined)} onRetry={() => void session.start()} />
      </main>
    );
  if (standing === 'signed-out') return <SignIn />;
  return (
    <WithViewer>
      <Shell>
        <Fallible place={path}>{children}</Fallible>
      </Shell>
    </WithViewer>
  );
}
