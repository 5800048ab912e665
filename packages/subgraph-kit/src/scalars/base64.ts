import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** RFC 4648 §4 with padding; decoded on its way in, so that resolvers see bytes. */
function parseBase64(value: unknown): Uint8Array {
  const canonical =
    typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  if (!canonical) throw new GraphQLError('Base64 (RFC 4648 §4, with padding) is expected.');
  return Buffer.from(value, 'base64');
}

export const base64Scalar = new GraphQLScalarType({
  name: 'Base64',
  serialize: (value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
  parseValue: parseBase64,
  parseLiteral: (node) => parseBase64(node.kind === Kind.STRING ? node.value : undefined),
});
