import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { ackCode, adt, Client, House, MllpSender } from '@wardstream/product-under-test';
import { type Sample, samplesOf, samplesPresent, simhospitalMessages } from './sample-messages.js';

// Where the public samples do not lie beside the repository these are reported as skipped.
const withSamples = samplesPresent ? describe : describe.skip;

withSamples('messages as real systems write them', () => {
  let house: House;

  beforeAll(async () => {
    house = new House({ mode: 'standalone' });
    await house.start();
  });
  afterAll(() => house?.remove());

  /** Sends samples over three connections, pipelined; answers the acknowledgement of each. */
  async function sendAll(samples: readonly Sample[]): Promise<Map<string, string>> {
    const senders = await Promise.all([1, 2, 3].map(() => MllpSender.connect(house.mllpPort)));
    const acks = await Promise.all(
      samples.map(async (sample, i): Promise<[string, string]> => [
        sample.name,
        await senders[i % 3]!.send(sample.bytes),
      ]),
    );
    // One more on each connection proves that no acknowledgement was left over or missing before it.
    for (const [i, sender] of senders.entries()) {
      const last = await sender.send(adt({ trigger: 'A08', visit: 'LAST', controlId: `last-${i}`, when: new Date() }));
      expect(last).toContain(`|last-${i}`);
      expect(sender.unanswered).toBe(0);
      sender.close();
    }
    return new Map(acks);
  }

  it.each(['hl7v2', 'hl7v2-malformed', 'hl7v2-other-types'])('answers every file of %s exactly once', async (name) => {
    const samples = samplesOf(name);
    expect(samples.length).toBeGreaterThanOrEqual(60);
    const acks = await sendAll(samples);
    const codes: Record<string, number> = {};
    for (const [, ack] of acks) codes[ackCode(ack)] = (codes[ackCode(ack)] ?? 0) + 1;
    expect(acks.size).toBe(samples.length);
    expect(Object.keys(codes).filter((code) => !['AA', 'AE', 'AR'].includes(code))).toEqual([]);
    if (name === 'hl7v2-other-types') expect(codes['AA'] ?? 0).toBe(0);
    console.log(name, codes);
    expect(house.alive).toBe(true);
  });

  it('names the message it answers', async () => {
    const acks = await sendAll(samplesOf('hl7v2'));
    for (const [name, ack] of acks) {
      const sample = samplesOf('hl7v2')
        .find((s) => s.name === name)!
        .bytes.toString('latin1');
      const separator = sample.charAt(sample.indexOf('MSH') + 3);
      const control =
        sample
          .slice(sample.indexOf('MSH'))
          .split(/[\r\n]/)[0]!
          .split(separator)[9] ?? '';
      const answered = /MSA\|\w\w\|([^|\r]*)/.exec(ack)?.[1];
      if (separator === '|' && /^[\x20-\x7e]*$/.test(control)) expect([name, answered]).toEqual([name, control.trim()]);
    }
  });

  it('answers every message of a simulated hospital, and keeps them all', async () => {
    const messages = simhospitalMessages();
    expect(messages.length).toBeGreaterThan(1_000);
    const acks = await sendAll(messages);
    expect(acks.size).toBe(messages.length);
    const administrator = await Client.as(house, 'administrator');
    await eventually(async () => expect((await administrator.get('/api/v1/messages?limit=1')).status).toBe(200));
    expect(house.alive).toBe(true);
  });

  it('logs nothing of what they contain', () => {
    expect(house.printed).not.toMatch(/\bPID\|/);
  });
});
