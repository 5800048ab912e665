import type { MutationResolvers } from '../../generated/schema.ts';
import { revokeDownloadUrl as revoke } from '../../usecases/revoke-url.ts';

export const revokeDownloadUrl: NonNullable<MutationResolvers['revokeDownloadUrl']> = (
  _parent,
  { url },
  { core, principal },
) => revoke(core, principal, url);
