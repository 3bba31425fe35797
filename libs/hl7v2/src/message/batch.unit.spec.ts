import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchAnswer, isBatch, readBatch } from './batch.js';

const one = 'MSH|^~\\&|A|F|B|G|1||ADT^A01|1|P|2.5\rPID|1||7';
const two = 'MSH|^~\\&|A|F|B|G|1||ADT^A02|2|P|2.5\rPID|1||7\rPV1|1';
const bhs = 'BHS|^~\\&|A|F|B|G|20260101||||B7';
const fhs = 'FHS|^~\\&|A|F|B|G|20260101||||F7';
const read = (text: string) => readBatch(Buffer.from(text));
const textsOf = (text: string): string[] => read(text).messages.map((m) => m.toString().trim());
const answerOf = (text: string): string[] =>
  batchAnswer(
    read(text),
    read(text).messages.map((_, i) => Buffer.from(`MSH|^~\\&|ACK${i}\r`)),
    { controlId: 'W1', atMs: 0 },
  )
    .toString()
    .split('\r');

describe('a batch', () => {
  it.each([
    ['in a file', `${fhs}\r${bhs}\r${one}\r${two}\rBTS|2\rFTS|1\r`],
    ['alone', `${bhs}\r${one}\r${two}\rBTS|2`],
    ['with line feeds, and white space before it', `\r\n ${bhs}\n${one.replaceAll('\r', '\n')}\n${two}\nBTS|2\n`],
    ['without batch headers in its file', `${fhs}\r${one}\r${two}\rFTS|1`],
    ['two of them in one file', `${fhs}\r${bhs}\r${one}\rBTS|1\r${bhs}\r${two}\rBTS|1\rFTS|2`],
  ])('is its messages, %s', (_, text) => {
    expect(isBatch(Buffer.from(text))).toBe(true);
    expect(textsOf(text).map((m) => m.replaceAll('\n', '\r'))).toEqual([one, two]);
    expect(read(text).isWhole).toBe(true);
  });

  it('is no message, and a message is none', () => {
    expect([one, 'BTS|1', '', 'hello'].map((text) => isBatch(Buffer.from(text)))).toEqual([false, false, false, false]);
    expect(textsOf(`${bhs}\rBTS|0`)).toEqual([]);
  });

  it('is answered by a batch in the name of the receiver', () => {
    const [first, ...rest] = answerOf(`${bhs}\r${one}\r${two}\rBTS|2`);
    expect(first).toBe('BHS|^~\\&|B|G|A|F|19700101000000.000+0000||||W1|B7');
    expect(rest).toEqual(['MSH|^~\\&|ACK0', 'MSH|^~\\&|ACK1', 'BTS|2', '']);
    expect(answerOf(`${fhs}\r${bhs}\r${one}\rBTS|1\rFTS|1`).map((line) => line.slice(0, 3))).toEqual([
      ...['FHS', 'BHS', 'MSH', 'BTS', 'FTS', ''],
    ]);
  });

  it('says where its trailer counts other messages, or is not there', () => {
    expect(answerOf(`${bhs}\r${one}\rBTS|3`)).toContain('BTS|1|BTS-1 counts 3 messages, 1 came');
    expect(answerOf(`${bhs}\r${one}`)).toContain('BTS|1|The batch has no trailer, 1 messages came');
  });

  it('loses nothing of any messages that stand in it', () => {
    const line = fc.stringMatching(/^[A-Z]{2}[A-Z0-9]\|[ -~]{0,20}$/).filter((l) => !/^(FHS|BHS|MSH|BTS|FTS)/.test(l));
    const message = fc.array(line, { maxLength: 4 }).map((lines) => ['MSH|^~\\&|A', ...lines].join('\r'));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (messages) => {
        const text = [bhs, ...messages, `BTS|${messages.length}`].join('\r');
        expect(read(text).messages.map((m) => m.toString().replace(/\r$/, ''))).toEqual(messages);
      }),
    );
  });
});
