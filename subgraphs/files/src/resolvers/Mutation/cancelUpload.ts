import type { MutationResolvers } from '../../generated/schema.ts';
import { cancelUpload as cancel } from '../../usecases/cancel-upload.ts';

export const cancelUpload: NonNullable<MutationResolvers['cancelUpload']> = (
  _parent,
  { id },
  { core, principal },
) => cancel(core, principal, id);
