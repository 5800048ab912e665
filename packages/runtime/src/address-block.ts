import { isIP } from 'node:net';

/**
 * The addresses one client commands, as far as limits are concerned: an IPv4 address by itself, an IPv6 address with all of its /64, which is
 * the least a site is given (RFC 6177, RFC 4291 §2.5.4), so that nobody has 2^64 budgets. An IPv4-mapped address (RFC 4291 §2.5.5.2) is
 * its IPv4 address. Text that is no address stays as it is.
 */
export function addressBlock(address: string): string {
  if (isIP(address) !== 6) return address;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address, however it is written. */
function groupsOf(address: string): readonly number[] {
  const withoutZone = address.replace(/%.*$/, '');
  const hexadecimal = withoutZone.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = hexadecimal.split('::');
  const first = partsOf(head);
  const last = partsOf(tail ?? '');
  const zeros = Array<number>(8 - first.length - last.length).fill(0);
  return [...first, ...(tail === undefined ? [] : zeros), ...last];
}

function partsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
