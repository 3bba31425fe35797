import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Hl7Receiver } from '../../testing/hl7-receiver.spec.js';
import { MllpClient } from '@wardstream/mllp';

let receiver: Hl7Receiver;
beforeAll(async () => {
  receiver = await Hl7Receiver.start();
});
afterAll(() => receiver.stop());

const message = (controlId: string): Buffer =>
  Buffer.from(`MSH|^~\\&|W|NGH|EHR|NGH|20260301100000+0000||ADT^A01|${controlId}|P|2.5.1\r`);

describe('a connection to a receiver', () => {
  it('leaves nothing behind on the signal that ends it, however many messages it sent', async () => {
    const client = new MllpClient({
      ...{ host: '127.0.0.1', port: receiver.port, tls: null },
      seconds: { connect: 5, answer: 5 },
    });
    const stopping = new AbortController();
    for (const controlId of ['1', '2', '3']) {
      expect(await client.send(message(controlId), controlId, stopping.signal)).toMatchObject({ kind: 'answered' });
    }
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(0);
    receiver.manners = () => 'no answer';
    const unanswered = client.send(message('4'), '4', stopping.signal);
    stopping.abort();
    expect(await unanswered).toBeNull();
    expect(await client.send(message('5'), '5', stopping.signal)).toBeNull();
  });
});
