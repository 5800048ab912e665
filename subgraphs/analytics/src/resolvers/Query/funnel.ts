import type { QueryResolvers } from '../../generated/schema.ts';
import { readFunnel } from '../../usecases/read-funnel.ts';

export const funnel: NonNullable<QueryResolvers['funnel']> = async (_parent, args, context) =>
  (await readFunnel(context.core, context, args)).map(({ key, steps }) => ({ key, steps: [...steps] }));
