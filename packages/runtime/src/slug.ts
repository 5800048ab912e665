/** Words that a URL of ours could mean something else by. */
const reserved = new Set(['api', 'admin', 'graphql', 'health', 'metrics', 'v1', 'well-known', 'www']);

/** Why a workspace cannot have this slug; undefined when it can. */
export function slugFault(slug: string): string | undefined {
  if (slug.length < 2 || slug.length > 48) return 'A slug has 2 to 48 characters.';
  if (!/^[a-z0-9](-?[a-z0-9])*$/.test(slug))
    return 'A slug has lower-case letters, digits and single dashes between them.';
  return reserved.has(slug) ? 'This slug is reserved.' : undefined;
}
