import { composeSupergraph } from '@tributary/schema';
import { describe, expect, it } from 'vitest';
import { loadSupergraph } from '../../src/planning/supergraph.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext"])\n`;

const shop = {
  name: 'shop',
  sdl: `${link}type Query { me: Customer }
    type Customer @key(fields: "id") @context(name: "customer") { id: ID! currency: String! cart: Cart! }
    type Cart @key(fields: "id") { id: ID! total(currency: String @fromContext(field: "$customer { currency }")): Int }`,
};
const rates = { name: 'rates', sdl: `${link}type Query { rate: Int }` };

describe.each(['apollo', 'hive'] as const)('a supergraph for the planner %s', (planner) => {
  it('that takes arguments from context is refused with the fields that do, instead of answered without them', () => {
    const sdl = composeSupergraph([shop, rates]);
    expect(() => loadSupergraph(sdl, { isTrusted: false, planner })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('Cart.total'),
      }),
    );
  });

  it('that only names a context, and takes nothing from it, is served', () => {
    const plain = { ...shop, sdl: shop.sdl.replace(/\(currency: .*\)\)/, '') };
    loadSupergraph(composeSupergraph([plain, rates]), { isTrusted: false, planner });
  });
});
