import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import type { ResumableClient } from '@tributary/client';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { authorizedFetch, openSocket } from '../graph/graph-client.ts';
import { useLive } from '../graph/use-live.ts';
import { keyOf, storeOf } from '../session/kept-here.ts';
import { useSession } from '../session/use-session.ts';
import { useKeeper } from '../session/viewer.tsx';
import './explorer.css';
import { asAsked } from './as-asked.ts';
import { asWritten } from './as-written.ts';
import { examples } from './kept-operations.ts';
import { savedOperationsPlugin } from './SavedOperations.tsx';
import { WrapLongLines } from './WrapLongLines.tsx';

const plugins = [savedOperationsPlugin];
/** On a small screen the list would leave no room for the editor; there it opens when asked for. */
const isRoomy = matchMedia('(min-width: 60rem)').matches;

/** GraphiQL over the graph as whoever is signed in, with the operations worth keeping beside it. */
export function Explorer(): ReactNode {
  const session = useSession();
  const live = useLive();
  const theme = useTheme();
  // Tabs and history, which hold what was asked and with which variables.
  const storeName = `${keyOf('tributary.explorer', useKeeper())}/`;
  const store = useMemo(() => storeOf(storeName), [storeName]);
  const fetcher = useMemo(() => {
    const over = (wsClient: ResumableClient): Fetcher =>
      createGraphiQLFetcher({
        url: '/graphql',
        fetch: (input, init) => authorizedFetch(session, input, init),
        wsClient,
      });
    return asWritten(asAsked(over(live.socket), (headers) => over(openSocket(session, headers))));
  }, [session, live]);
  useEffect(() => {
    document.title = 'Explorer · Tributary';
  }, []);
  return (
    <div className="explorer">
      <h1 className="only-heard">GraphQL explorer</h1>
      <GraphiQL
        fetcher={fetcher}
        plugins={plugins}
        storage={store}
        {...(isRoomy ? { visiblePlugin: savedOperationsPlugin.title } : {})}
        defaultTabs={examples.slice(0, 1).map(({ query, variables }) => ({ query, variables }))}
        defaultEditorToolsVisibility="variables"
        forcedTheme={theme}
        isHeadersEditorEnabled
        shouldPersistHeaders={false}
      >
        <GraphiQL.Logo>
          <WrapLongLines />
        </GraphiQL.Logo>
      </GraphiQL>
    </div>
  );
}

/** The colours in force, as they change with the switch or the system. */
function useTheme(): 'light' | 'dark' {
  const [theme, setTheme] = useState(themeNow);
  useEffect(() => {
    const look = (): void => setTheme(themeNow());
    const chosen = new MutationObserver(look);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', look);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', look);
    };
  }, []);
  return theme;
}

function themeNow(): 'light' | 'dark' {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
