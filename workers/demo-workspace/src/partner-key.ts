import type { Principal } from '@tributary/subgraph-kit';
import type { GraphClient } from './graph-client.ts';

const keyName = 'Demo partner';

/** Makes the partner's API key, in place of those that loads which were cut short made and nobody knows. */
export async function makePartnerKey(graph: GraphClient, owner: Principal): Promise<string> {
  const { apiKeys } = await graph<{
    apiKeys: { nodes: { id: string; name: string; revokedAt: string | null }[] };
  }>(`{ apiKeys(first: 100) { nodes { id name revokedAt } } }`, {}, owner);
  for (const { id, name, revokedAt } of apiKeys.nodes)
    if (name === keyName && revokedAt === null)
      await graph(`mutation ($id: ID!) { revokeApiKey(id: $id) { id } }`, { id }, owner);
  const { createApiKey } = await graph<{ createApiKey: { secret: string } }>(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }`,
    {
      input: {
        name: keyName,
        role: 'EDITOR',
        scopes: ['data', 'files', 'analytics', 'jobs'].flatMap((area) => [`${area}:read`, `${area}:write`]),
      },
    },
    owner,
  );
  return createApiKey.secret;
}
