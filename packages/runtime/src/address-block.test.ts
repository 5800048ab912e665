import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressBlock } from './address-block.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0DB8:0000:0000:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
  ['2001:db8:0:1::', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:c000:0207', '192.0.2.7'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['', ''],
  ['no address', 'no address'],
])('%s counts as %s', (address, block) => {
  expect(addressBlock(address)).toBe(block);
});

test('two IPv6 addresses share a budget exactly when their first 64 bits are the same, however they are written', () => {
  const group = fc.integer({ min: 1, max: 0xffff });
  const address = fc.tuple(group, group, group, group, group, group, group, group);
  const written = (groups: readonly number[]) => groups.map((each) => each.toString(16)).join(':');
  fc.assert(
    fc.property(address, address, (one, other) => {
      const neighbour = [...one.slice(0, 4), ...other.slice(4)];
      expect(addressBlock(written(neighbour))).toBe(addressBlock(written(one)));
      const isSame = one.slice(0, 4).join() === other.slice(0, 4).join();
      expect(addressBlock(written(one)) === addressBlock(written(other))).toBe(isSame);
      const padded = one.map((each) => each.toString(16).padStart(4, '0').toUpperCase()).join(':');
      expect(addressBlock(padded)).toBe(addressBlock(written(one)));
    }),
  );
});
