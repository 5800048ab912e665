import type { MutationResolvers } from '../../generated/schema.ts';
import { completePut } from '../../usecases/presigned-upload.ts';

export const completeUpload: NonNullable<MutationResolvers['completeUpload']> = (
  _parent,
  { id },
  { core, principal },
) => completePut(core, principal, id);
