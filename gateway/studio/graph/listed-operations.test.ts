import { createResumableClient } from '@tributary/client';
import { listedOperationFiles } from '@tributary/schema';
import { Client, createRequest, fetchExchange } from '@urql/core';
import { type DocumentNode, Kind, parse, print, stripIgnoredCharacters } from 'graphql';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import * as operations from '../generated/operations.ts';
import { exchangesOver, uncachedExchangesOver } from './graph-client.ts';
import { Live } from './live.ts';

const canonical = (text: string): string => stripIgnoredCharacters(print(parse(text)));
const documents = Object.values(operations).filter(
  (value): value is DocumentNode & typeof operations.viewerQuery =>
    typeof value === 'object' && 'kind' in value && value.kind === Kind.DOCUMENT,
);

const clients = [
  ['keeps answers', exchangesOver],
  ['keeps nothing', uncachedExchangesOver],
] as const;

test.each(clients)(
  'all that the console asks of its own is listed as its client that %s sends it',
  async (_, over) => {
    const sent: string[] = [];
    // The exchanges of the console's own client, and nobody at the other end.
    const client = new Client({
      url: 'http://nowhere.test/graphql',
      preferGetMethod: false,
      fetch: async (_url, init) => {
        sent.push(JSON.parse(String(init?.body)).query);
        return Response.json({ data: null });
      },
      exchanges: over([fetchExchange]),
    });
    const socket = createResumableClient({
      url: 'ws://nowhere.test/graphql',
      generateID: ({ query }) => {
        sent.push(query);
        return String(sent.length);
      },
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const live = new Live(socket);
    for (const document of documents) {
      const definition = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
      const kind = definition !== undefined && 'operation' in definition ? definition.operation : 'query';
      if (kind === 'subscription') {
        live.follow(document, {}, { next: () => undefined })();
        continue;
      }
      const operation = client.createRequestOperation(kind, createRequest(document, {} as never));
      await new Promise((resolve) => client.executeRequestOperation(operation).subscribe(resolve));
    }
    const listed = new Set(listedOperationFiles().map(({ text }) => canonical(text)));
    expect(sent.length).toBe(documents.length);
    expect(sent.filter((text) => !listed.has(canonical(text)))).toEqual([]);
  },
);
