import type { MutationResolvers } from '../../generated/schema.ts';
import { createDownloadLink as create } from '../../usecases/download-links.ts';

export const createDownloadLink: NonNullable<MutationResolvers['createDownloadLink']> = (
  _parent,
  { input },
  { core, principal },
) => create(core, principal, input);
