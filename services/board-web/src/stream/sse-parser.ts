/** One dispatched event of a text/event-stream. `id` is the last id seen so far, as the standard has it. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/**
 * Reads a text/event-stream piece by piece (WHATWG HTML 9.2.6), because EventSource cannot send an Authorization header.
 * Pieces may end anywhere, also between CR and LF. An event that the stream cuts off is never dispatched.
 */
export class SseParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private lastId = '';
  private skipLf = false;
  private started = false;

  /** The events completed by this piece, in order. */
  push(piece: string): ServerSentEvent[] {
    const out: ServerSentEvent[] = [];
    let text = this.rest + piece;
    if (!this.started && text.length > 0) {
      this.started = true;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    if (this.skipLf && text.length > 0) {
      if (text.startsWith('\n')) text = text.slice(1);
      this.skipLf = false;
    }
    let from = 0;
    for (let i = 0; i < text.length; i += 1) {
      const c = text.charCodeAt(i);
      if (c !== 10 && c !== 13) continue;
      this.line(text.slice(from, i), out);
      if (c === 13) {
        if (i + 1 === text.length) this.skipLf = true;
        else if (text.charCodeAt(i + 1) === 10) i += 1;
      }
      from = i + 1;
    }
    this.rest = text.slice(from);
    return out;
  }

  private line(line: string, out: ServerSentEvent[]): void {
    if (line === '') {
      if (this.data.length > 0) {
        out.push({ event: this.event || 'message', data: this.data.join('\n'), id: this.lastId });
      }
      this.event = '';
      this.data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? '' : line.slice(colon + 1);
    const value = raw.startsWith(' ') ? raw.slice(1) : raw;
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.lastId = value;
  }
}
