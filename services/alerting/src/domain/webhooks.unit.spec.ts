import { describe, expect, it } from '@jest/globals';
import type { AlertData } from '@wardstream/events';
import fc from 'fast-check';
import { deliveryBody } from './webhook-delivery.js';
import { destinationsFor, webhookDestinations } from './webhook-destinations.js';
import { isSignedBy, REPLAY_WINDOW_SECONDS, signWebhook } from './webhook-signature.js';

describe('the signature', () => {
  it('is HMAC-SHA256 over timestamp and body', () => {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 'a secret of the ward'
    expect(signWebhook('a secret of the ward', 1_700_000_000, '{"a":1}')).toBe(
      't=1700000000,v1=adc145991c33faf48ac6ad2260d3f0536542347f29d700c38350e9ae257b3262',
    );
  });

  it('holds for exactly this body, secret and time', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 1 }),
        fc.integer({ min: 1, max: 2_000_000_000 }),
        (body, secret, t) => {
          const header = signWebhook(secret, t, body);
          expect(isSignedBy(secret, header, body, t + REPLAY_WINDOW_SECONDS)).toBe(true);
          expect(isSignedBy(secret, header, body, t + REPLAY_WINDOW_SECONDS + 1)).toBe(false);
          expect(isSignedBy(secret, header, body, t - REPLAY_WINDOW_SECONDS - 1)).toBe(false);
          expect(isSignedBy(secret, header, `${body} `, t)).toBe(false);
          expect(isSignedBy(`${secret}x`, header, body, t)).toBe(false);
          expect(isSignedBy(secret, header.replace(`t=${t}`, `t=${t + 1}`), body, t)).toBe(false);
        },
      ),
    );
  });

  it.each(['', 't=1', 'v1=00', 't=1,v1=zz', 't=1,v1=00'])('refuses %j', (header) => {
    expect(isSignedBy('secret', header, '', 1)).toBe(false);
  });
});

describe('destinations', () => {
  const good = { name: 'pager', url: 'https://pager.example/hook', secret: 'sixteen letters!' };
  it('are read from JSON, none unless given', () => {
    expect(webhookDestinations.parse(undefined)).toEqual([]);
    expect(webhookDestinations.parse(JSON.stringify([good]))).toEqual([good]);
  });
  it.each([
    ['no JSON', '{'],
    ['a short secret', JSON.stringify([{ ...good, secret: 'short' }])],
    ['no address', JSON.stringify([{ ...good, url: 'ftp://x' }])],
    ['two of one name', JSON.stringify([good, good])],
    ['an unknown key', JSON.stringify([{ ...good, severty: 'high' }])],
  ])('are refused with %s', (_, text) => expect(webhookDestinations.safeParse(text).success).toBe(false));
  it('hear of their facilities only', () => {
    const all = webhookDestinations.parse(JSON.stringify([good, { ...good, name: 'other', facilities: ['OTHER'] }]));
    expect(destinationsFor(all, 'NGH').map((d) => d.name)).toEqual(['pager']);
    expect(destinationsFor(all, 'OTHER').map((d) => d.name)).toEqual(['pager', 'other']);
  });
});

it('a body does not say who took the alert', () => {
  const alert = { id: 'A1', version: 2, state: 'acknowledged', acknowledgedBy: 'M. Okafor' } as AlertData;
  const body = deliveryBody('D1', alert, '2026-01-13T09:00:00.000Z');
  expect(body).not.toContain('Okafor');
  expect(JSON.parse(body)).toMatchObject({ id: 'D1', type: 'alert.acknowledged', alert: { id: 'A1' } });
});
