import type { MutationResolvers } from '../../generated/schema.ts';
import { createUpload as create } from '../../usecases/presigned-upload.ts';

export const createUpload: NonNullable<MutationResolvers['createUpload']> = (
  _parent,
  { input },
  { core, principal },
) => create(core, principal, input);
