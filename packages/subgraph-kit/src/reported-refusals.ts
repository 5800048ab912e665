import { CodedError } from '@tributary/runtime';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { CallContext } from './call.ts';
import type { OnRefusal } from './shield.ts';

/**
 * Reports what resolvers of root fields refuse by themselves, in place: whose row it is, or which role a member would get, only they
 * can decide. To be called before the shield is put round them, which reports its own refusals.
 */
export function reportRefusalsOf(schema: GraphQLSchema, onRefusal: OnRefusal): void {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const coordinate = `${type?.name}.${field.name}`;
      field.resolve = reporting(field.resolve ?? defaultFieldResolver, coordinate, onRefusal);
    }
  }
}

function reporting(
  resolve: GraphQLFieldResolver<unknown, CallContext>,
  coordinate: string,
  onRefusal: OnRefusal,
): GraphQLFieldResolver<unknown, CallContext> {
  return (parent, args, context, info) => {
    const reported = (error: unknown): never => {
      if (error instanceof CodedError && error.code === 'FORBIDDEN')
        onRefusal(context.principal, coordinate, error);
      throw error;
    };
    try {
      const result: unknown = resolve(parent, args, context, info);
      return result instanceof Promise ? result.catch(reported) : result;
    } catch (error) {
      return reported(error);
    }
  };
}
