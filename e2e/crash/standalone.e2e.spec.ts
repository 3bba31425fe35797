import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { House } from '@wardstream/product-under-test';
import { expectReducedState, sendersFor } from './crash-suite.js';
import { untidyHistory } from './history.js';
import { someBeds } from './some-beds.js';

describe('a hospital on one box that loses its power', () => {
  let house: House;
  const messages = untidyHistory(1, 3_000, someBeds, new Date());
  beforeAll(async () => {
    house = new House({ mode: 'standalone' });
    await house.start();
  });
  afterAll(() => house?.remove());

  it('ends in the state of all acknowledged messages, nothing lost and nothing twice', async () => {
    const senders = sendersFor(house, messages, 6, 20);
    const sent = Promise.all(senders.map((s) => s.run()));
    const acknowledged = () => senders.reduce((sum, s) => sum + s.acknowledged, 0);
    for (const share of [0.2, 0.6]) {
      await eventually(() => expect(acknowledged()).toBeGreaterThan(messages.length * share), {
        timeoutMs: 60_000,
        everyMs: 5,
      });
      await house.kill();
      await house.start();
    }
    await sent;
    expect(acknowledged()).toBe(messages.length);
    await expectReducedState(house, messages);
  });

  it('shows the same after a clean stop and a new start', async () => {
    expect(await house.stop()).toBe(0);
    await house.start();
    await expectReducedState(house, messages);
  });
});
