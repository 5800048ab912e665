/**
 * The partition of a key, as Kafka's Java client chooses it: `toPositive(murmur2(utf8(key))) % partitions`.
 * Every adapter and every foreign producer puts one key into the same partition.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}

const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;

/** MurmurHash2, 32 bit, little endian, with Kafka's seed (org.apache.kafka.common.utils.Utils.murmur2). A signed 32-bit number. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wholeWords = bytes.length >> 2;
  let hash = seed ^ bytes.length;
  for (let word = 0; word < wholeWords; word += 1) {
    let mixed = Math.imul(view.getInt32(word * 4, true), multiplier);
    mixed ^= mixed >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(mixed, multiplier);
  }
  const rest = bytes.subarray(wholeWords * 4);
  if (rest.length > 0) {
    rest.forEach((byte, index) => {
      hash ^= byte << (index * 8);
    });
    hash = Math.imul(hash, multiplier);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, multiplier);
  return hash ^ (hash >>> 15);
}
