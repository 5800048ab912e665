import type { MutationResolvers } from '../../generated/schema.ts';
import { restoreVersion as restore } from '../../usecases/change-file.ts';

export const restoreVersion: NonNullable<MutationResolvers['restoreVersion']> = (
  _parent,
  { fileId: id, number, expectedVersion },
  { core, principal },
) => restore(core, principal, { id, number, expectedVersion });
