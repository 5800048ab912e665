import type { GraphClient } from './graph-client.ts';

const keyName = 'Demo partner';

/** The partner's API key: the one kept from an earlier start while it is valid, otherwise a new one in its place. */
export async function ensurePartnerKey(
  graph: GraphClient,
  ownerToken: string,
  kept: string | undefined,
): Promise<string> {
  const { apiKeys } = await graph<{
    apiKeys: { nodes: { id: string; name: string; revokedAt: string | null }[] };
  }>(`{ apiKeys(first: 100) { nodes { id name revokedAt } } }`, {}, ownerToken);
  const live = apiKeys.nodes.filter((key) => key.name === keyName && key.revokedAt === null);
  if (kept !== undefined && live.some(({ id }) => kept.includes(id.replaceAll('-', '')) || kept.includes(id)))
    return kept;
  // The secret of a key is shown once; without it the key is useless, so it goes.
  for (const { id } of live)
    await graph(`mutation ($id: ID!) { revokeApiKey(id: $id) { id } }`, { id }, ownerToken);
  const { createApiKey } = await graph<{ createApiKey: { secret: string } }>(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }`,
    {
      input: {
        name: keyName,
        role: 'EDITOR',
        scopes: ['data', 'files', 'analytics', 'jobs'].flatMap((area) => [`${area}:read`, `${area}:write`]),
      },
    },
    ownerToken,
  );
  return createApiKey.secret;
}
