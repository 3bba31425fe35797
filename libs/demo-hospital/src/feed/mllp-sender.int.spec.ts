import { afterEach, describe, expect, it } from '@jest/globals';
import { StubbornReceiver, type Mood } from '../fixtures/stubborn-receiver.js';
import { MllpSender, SenderClosed, type MllpSenderOptions } from './mllp-sender.js';

const log = { info: () => undefined, warn: () => undefined, debug: () => undefined };
const message = (id: string) => Buffer.from(`MSH|^~\\&|S|NGH|||20260101||ADT^A08|${id}|P|2.5.1\rEVN|A08\r`);
const ids = (count: number) => Array.from({ length: count }, (_, i) => `M${i}`);

const open: { stop: () => void | Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function receiverThat(mood: (id: string, seen: number) => Mood | Promise<Mood>): Promise<StubbornReceiver> {
  const receiver = await StubbornReceiver.start(mood);
  open.push(receiver);
  return receiver;
}

function senderTo(port: number, more: Partial<MllpSenderOptions> = {}): MllpSender {
  const sender = new MllpSender({ host: '127.0.0.1', port, name: 'S', log, reconnectMs: [5, 40], ...more });
  open.push({ stop: () => sender.close() });
  return sender;
}

/** The order in which messages were accepted for the first time. */
const firsts = (receiver: StubbornReceiver) => [...new Set(receiver.accepted.map((a) => a.controlId))];

describe('MllpSender', () => {
  it('keeps the order and no more than its window unacknowledged', async () => {
    const receiver = await receiverThat(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return 'acknowledge' as const;
    });
    const sender = senderTo(receiver.port, { window: 4 });
    const answers = await Promise.all(ids(50).map((id) => sender.send(id, message(id))));
    expect(new Set(answers)).toEqual(new Set(['AA']));
    expect(receiver.accepted.map((a) => a.controlId)).toEqual(ids(50));
    expect(receiver.mostUnanswered).toBeLessThanOrEqual(4);
    expect(receiver.connections).toBe(1);
  });

  it.each([
    ['drops the connection before it takes one', 'drop-before'],
    ['drops the connection after it took one, before the acknowledgement', 'drop-after'],
    ['acknowledges another message', 'acknowledge-another'],
    ['answers with something else', 'babble'],
    ['withholds an acknowledgement', 'withhold'],
  ] as const)('sends again, in order, when the receiver %s', async (_, trouble) => {
    const troubled = new Set<string>();
    const receiver = await receiverThat((id) => {
      if (!['M3', 'M4', 'M11'].includes(id) || troubled.has(id)) return 'acknowledge';
      troubled.add(id);
      return trouble;
    });
    const sender = senderTo(receiver.port, { window: 5, acknowledgeWithinMs: 60 });
    const answers = await Promise.all(ids(20).map((id) => sender.send(id, message(id))));
    expect(answers).toEqual(ids(20).map(() => 'AA'));
    expect(firsts(receiver)).toEqual(ids(20));
    expect(receiver.connections).toBeGreaterThan(1);
    expect(troubled.size).toBe(3);
  });

  it('hands a refusal to its caller and goes on', async () => {
    const receiver = await receiverThat((id) => (id === 'M1' ? 'refuse' : 'acknowledge'));
    const sender = senderTo(receiver.port);
    const answers = await Promise.all(ids(3).map((id) => sender.send(id, message(id))));
    expect(answers).toEqual(['AA', 'AR', 'AA']);
    expect(receiver.connections).toBe(1);
  });

  it('waits for a receiver that is not there yet, and for one that goes and comes back', async () => {
    const first = await StubbornReceiver.start();
    const { port } = first;
    await first.stop();
    const sender = senderTo(port);
    const before = ids(3).map((id) => sender.send(id, message(id)));
    const second = await StubbornReceiver.start(undefined, { port });
    expect(await Promise.all(before)).toEqual(['AA', 'AA', 'AA']);
    await second.stop();
    const after = sender.send('M3', message('M3'));
    const third = await StubbornReceiver.start(undefined, { port });
    open.push(third);
    expect(await after).toBe('AA');
    expect(firsts(third)).toEqual(['M3']);
  });

  it('refuses to its callers what was not acknowledged when it is closed', async () => {
    const receiver = await receiverThat((id) => (id === 'M0' ? 'acknowledge' : 'withhold'));
    const sender = senderTo(receiver.port);
    expect(await sender.send('M0', message('M0'))).toBe('AA');
    const later = [sender.send('M1', message('M1')), sender.send('M2', message('M2'))];
    sender.close();
    for (const one of later) await expect(one).rejects.toBeInstanceOf(SenderClosed);
    await expect(sender.send('M3', message('M3'))).rejects.toBeInstanceOf(SenderClosed);
  });
});
