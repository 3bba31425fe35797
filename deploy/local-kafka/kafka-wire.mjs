/**
 * The four questions of the Kafka protocol that tell whether a cluster is ready for work, asked without a client library.
 * Message formats: Apache Kafka protocol guide, versions without flexible fields.
 */
import { connect } from 'node:net';

const METADATA = { key: 3, version: 1 };
const OFFSET_FETCH = { key: 9, version: 1 };
const FIND_COORDINATOR = { key: 10, version: 0 };
const INIT_PRODUCER_ID = { key: 22, version: 0 };

const string = (text) => {
  const body = Buffer.from(text, 'utf8');
  return Buffer.concat([int16(body.length), body]);
};
const int16 = (n) => {
  const b = Buffer.alloc(2);
  b.writeInt16BE(n);
  return b;
};
const int32 = (n) => {
  const b = Buffer.alloc(4);
  b.writeInt32BE(n);
  return b;
};

class Reader {
  constructor(buffer) {
    this.buffer = buffer;
    this.at = 0;
  }
  int16() {
    this.at += 2;
    return this.buffer.readInt16BE(this.at - 2);
  }
  int32() {
    this.at += 4;
    return this.buffer.readInt32BE(this.at - 4);
  }
  string() {
    const length = this.int16();
    if (length < 0) return null;
    this.at += length;
    return this.buffer.toString('utf8', this.at - length, this.at);
  }
}

/** Sends one request on a connection of its own and answers the body of the response. */
function ask(port, api, body, timeoutMs = 5000) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const chunks = [];
    const fail = (error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer on port ${port}`)));
    socket.on('error', fail);
    socket.on('close', () => reject(new Error(`connection closed on port ${port}`)));
    socket.on('connect', () => {
      const request = Buffer.concat([int16(api.key), int16(api.version), int32(1), string('local-kafka'), body]);
      socket.write(Buffer.concat([int32(request.length), request]));
    });
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length < 4 || all.length < all.readInt32BE(0) + 4) return;
      resolve(new Reader(all.subarray(8)));
      socket.destroy();
    });
  });
}

/** The brokers a broker knows of, and which of them is told to be the controller (-1: none yet). */
export async function metadata(port) {
  const reader = await ask(port, METADATA, int32(0));
  const brokers = [];
  for (let left = reader.int32(); left > 0; left--) {
    const nodeId = reader.int32();
    reader.string();
    brokers.push({ nodeId, port: reader.int32() });
    reader.string();
  }
  return { brokers, controllerId: reader.int32() };
}

/** Where a consumer group's coordinator is. Asking makes the broker create its topic of offsets. */
export async function findCoordinator(port, group) {
  const reader = await ask(port, FIND_COORDINATOR, string(group));
  const error = reader.int16();
  reader.int32();
  reader.string();
  return { error, port: reader.int32() };
}

/** Error code of the group's coordinator when asked for an offset: 0 once it has loaded its partition. */
export async function fetchOffsetError(port, group) {
  const body = Buffer.concat([string(group), int32(1), string('wardstream.readiness'), int32(1), int32(0)]);
  const reader = await ask(port, OFFSET_FETCH, body);
  reader.int32();
  reader.string();
  reader.int32();
  reader.int32();
  reader.at += 8;
  reader.string();
  return reader.int16();
}

/** Error code of a broker asked for a producer id; 0 once the controller serves it. */
export async function initProducerIdError(port) {
  const reader = await ask(port, INIT_PRODUCER_ID, Buffer.concat([int16(-1), int32(60_000)]));
  reader.int32();
  return reader.int16();
}

/** Names of consumer groups, one for each partition of the topic of offsets (Java's String.hashCode decides). */
export function oneGroupPerPartition(partitions) {
  const names = new Map();
  for (let i = 0; names.size < partitions; i++) {
    const name = `readiness-${i}`;
    let hash = 0;
    for (const char of name) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
    const partition = (hash & 0x7fffffff) % partitions;
    if (!names.has(partition)) names.set(partition, name);
  }
  return [...names.values()];
}
