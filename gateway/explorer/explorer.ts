import './workers.ts';
import 'graphiql/style.css';
import './explorer.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

/** The example operations of `schema/operations/examples`, put in by the build. */
declare const EXAMPLES: readonly { readonly query: string; readonly variables: string }[];

const url = new URL('/graphql', location.href);
const subscriptionUrl = new URL(url);
subscriptionUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

// The headers tab goes along with every call, and into `connection_init` of the socket that subscriptions share.
const fetcher = createGraphiQLFetcher({ url: url.href, subscriptionUrl: subscriptionUrl.href });

const element = document.getElementById('explorer');
if (element !== null) {
  const name = createElement('span', { className: 'explorer-name' }, 'Tributary');
  createRoot(element).render(
    createElement(
      GraphiQL,
      {
        fetcher,
        defaultTabs: EXAMPLES.map((example) => ({ ...example, headers: '{}' })),
        defaultEditorToolsVisibility: 'headers',
      },
      createElement(GraphiQL.Logo, null, name),
    ),
  );
}
