import type { LogRecord } from '@wardstream/messaging';

/** A broker takes what one request holds for one partition as one batch, and refuses a batch over its limit. */
const mostBytesPerPartition = 512 * 1024;
/** What a record costs beside key, value and headers, generously. */
const overheadBytes = 64;

/**
 * Cuts records into requests that are sent one after another: each as large as it may be, in the order given, so that the
 * records of a partition keep theirs. A record that is over the limit alone has a request alone.
 */
export function planRequests(
  records: readonly LogRecord[],
  partitionOfRecord: (record: LogRecord) => string,
  mostBytes = mostBytesPerPartition,
): LogRecord[][] {
  const requests: LogRecord[][] = [];
  let current: LogRecord[] = [];
  let bytes = new Map<string, number>();
  for (const record of records) {
    const partition = partitionOfRecord(record);
    const size = sizeOf(record);
    const filled = bytes.get(partition) ?? 0;
    if (filled > 0 && filled + size > mostBytes) {
      requests.push(current);
      [current, bytes] = [[], new Map()];
    }
    current.push(record);
    bytes.set(partition, (bytes.get(partition) ?? 0) + size);
  }
  if (current.length > 0) requests.push(current);
  return requests;
}

function sizeOf({ key, value, headers }: LogRecord): number {
  let size = overheadBytes + Buffer.byteLength(key) + Buffer.byteLength(value);
  for (const [name, text] of Object.entries(headers)) size += name.length + Buffer.byteLength(text) + 4;
  return size;
}
