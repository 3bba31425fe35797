/**
 * The partition number of a key: the same on every topic, in every driver and process. Kafka's own default for keyed
 * records (murmur2 of the UTF-8 key, sign bit cleared, modulo), so that a foreign producer that keys by facility agrees.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}

/** MurmurHash2, 32 bits, with the seed Kafka uses. Source: org.apache.kafka.common.utils.Utils.murmur2. */
function murmur2(data: Buffer): number {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ data.length;
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(data.readInt32LE(i), m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = data.length - whole;
  if (rest === 3) h ^= data[whole + 2]! << 16;
  if (rest >= 2) h ^= data[whole + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ data[whole]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

/**
 * The partition numbers one member of a group is to hold: round robin over the members sorted by id, so that all members
 * come to the same answer alone. `members` may lack `me` when it is not known to the others yet: then none.
 */
export function shareOf(members: readonly string[], me: string, partitions: readonly number[]): number[] {
  const sorted = [...new Set(members)].sort();
  const index = sorted.indexOf(me);
  if (index < 0) return [];
  return [...partitions].sort((a, b) => a - b).filter((_, i) => i % sorted.length === index);
}
