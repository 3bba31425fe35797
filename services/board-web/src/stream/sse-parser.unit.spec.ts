import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SseParser } from './sse-parser.js';

const all = (...pieces: string[]) => {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe('SseParser', () => {
  it('reads event, data and id, and keeps the id for the events after it', () => {
    expect(all('event: bed\nid: e-7\ndata: {"a":1}\n\nevent: clock\ndata: 2\n\n')).toEqual([
      { event: 'bed', data: '{"a":1}', id: 'e-7' },
      { event: 'clock', data: '2', id: 'e-7' },
    ]);
  });

  it('joins data lines, takes one space away, ignores comments, unknown fields and events without data', () => {
    expect(all(': beat\n\nretry: 5\nevent: x\n\ndata:  a\ndata\ndata:b\n\n')).toEqual([
      { event: 'message', data: ' a\n\nb', id: '' },
    ]);
  });

  it('takes CR, LF and CRLF as line ends, also cut between the two', () => {
    expect(all('data: 1\r', '\n\r', '\ndata: 2\r\rdata: 3\n\n').map((e) => e.data)).toEqual(['1', '2', '3']);
  });

  it('never hands on an event that was cut off', () => {
    expect(all('data: whole\n\ndata: half\n')).toHaveLength(1);
  });

  it('ignores an id with a NUL and a byte order mark at the start', () => {
    expect(all('\uFEFFid: 1\nid: a\0b\ndata: x\n\n')).toEqual([{ event: 'message', data: 'x', id: '1' }]);
  });

  it('gives the same events however the stream is cut', () => {
    const text = 'event: bed\r\nid: 1\r\ndata: {"x": "a\u00e4"}\r\n\r\n: c\n\ndata: b\ndata: c\n\nid: 2\rdata: d\r\r';
    const whole = all(text);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 })), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
        expect(all(...pieces)).toEqual(whole);
      }),
    );
  });
});
