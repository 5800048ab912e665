import type { MutationResolvers } from '../../generated/schema.ts';
import { revokeDownloadLink as revoke } from '../../usecases/download-links.ts';

export const revokeDownloadLink: NonNullable<MutationResolvers['revokeDownloadLink']> = (
  _parent,
  { id },
  { core, principal },
) => revoke(core, principal, id);
