import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startKafka, type TestKafka } from '@wardstream/testing';
import { House } from '@wardstream/product-under-test';
import { expectReducedState, sendersFor } from './crash-suite.js';
import { untidyHistory } from './history.js';
import { someBeds } from './some-beds.js';

describe('a hospital whose events are on Kafka', () => {
  let kafka: TestKafka;
  let house: House;
  beforeAll(async () => {
    kafka = await startKafka();
    house = new House({ mode: 'standalone-kafka', brokers: kafka.brokers.join(',') });
    await house.start();
  });
  afterAll(async () => {
    await house?.remove();
    await kafka?.stop();
  });

  it('loses nothing and doubles nothing when the broker is killed, and then a consumer', async () => {
    const messages = untidyHistory(2, 3_000, someBeds, new Date());
    const senders = sendersFor(house, messages, 6, 20);
    const sent = Promise.all(senders.map((s) => s.run()));
    const acknowledged = () => senders.reduce((sum, s) => sum + s.acknowledged, 0);
    const reached = (share: number) =>
      eventually(() => expect(acknowledged()).toBeGreaterThan(messages.length * share), {
        timeoutMs: 120_000,
        everyMs: 5,
      });
    await reached(0.2);
    await kafka.killBroker(0);
    await reached(0.4);
    await kafka.restartBroker(0);
    await reached(0.6);
    await house.kill();
    await house.start();
    await sent;
    expect(acknowledged()).toBe(messages.length);
    await expectReducedState(house, messages);
  });
});
