/** What an API key can be limited to: `<area>:read` or `:write`. Fields name the one they need with `@allow(scope)`. */
export const scopes = [
  'analytics:read',
  'analytics:write',
  'data:read',
  'data:write',
  'events:read',
  'files:read',
  'files:write',
  'identity:read',
  'identity:write',
  'jobs:read',
  'jobs:write',
  'rest:usage',
] as const;

export function unknownScopes(asked: readonly string[]): readonly string[] {
  return asked.filter((scope) => !scopes.some((known) => known === scope));
}
