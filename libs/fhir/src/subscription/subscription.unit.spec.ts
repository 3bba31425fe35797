import { describe, expect, it } from '@jest/globals';
import { bed, house } from '../testing/house.spec.js';
import { faultsByR4 } from '@wardstream/testing/r4-schema';
import { bedLocation, bedStateOf } from '../outgoing/location.resource.js';
import { hookRequest, readSubscription, type RestHook, subscriptionResource } from './subscription.js';

const sent = {
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'The EHR shows bed states',
  criteria: 'Location?operational-status=U&physical-type=bd',
  end: '2027-01-01',
  channel: {
    type: 'rest-hook',
    endpoint: 'https://ehr.example/hooks/beds',
    payload: 'application/fhir+json',
    header: ['Authorization: Bearer secret', 'X-Site:  north '],
  },
};
const options = { timeZone: 'Europe/London' };

function hook(more: object = {}, channel: object = {}): RestHook {
  const read = readSubscription({ ...sent, ...more, channel: { ...sent.channel, ...channel } }, options);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

function faults(more: object, channel: object = {}): string[] {
  const read = readSubscription({ ...sent, ...more, channel: { ...sent.channel, ...channel } }, options);
  return read.ok ? [] : read.error.map((i) => `${i.code} ${i.expression ?? ''}`);
}

describe('a subscription', () => {
  it('is read', () => {
    expect(hook()).toMatchObject({
      wanted: true,
      reason: 'The EHR shows bed states',
      criteriaText: sent.criteria,
      criteria: { type: 'Location', search: { operationalStatus: [['U']], physicalType: [['bd']] } },
      endpoint: 'https://ehr.example/hooks/beds',
      withResource: true,
      headers: [
        ['authorization', 'Bearer secret'],
        ['x-site', 'north'],
      ],
      end: '2027-01-01T00:00:00.000Z',
    });
  });

  it('may be of all encounters, without the resource, for good, and ended', () => {
    expect(hook({ criteria: 'Encounter', end: undefined }, { payload: undefined, header: undefined })).toMatchObject({
      criteria: { type: 'Encounter', search: { status: [] } },
      withResource: false,
      headers: [],
      end: null,
    });
    expect(hook({ status: 'off' }).wanted).toBe(false);
  });

  it('may use http only where that is allowed', () => {
    const http = { ...sent, channel: { ...sent.channel, endpoint: 'http://127.0.0.1:9/x' } };
    expect(readSubscription(http, options).ok).toBe(false);
    expect(readSubscription(http, { ...options, allowHttp: true }).ok).toBe(true);
  });

  it.each<[string, object, object, string[]]>([
    ['another channel', {}, { type: 'email' }, ['not-supported Subscription.channel.type']],
    ['no endpoint', {}, { endpoint: undefined }, ['required Subscription.channel.endpoint']],
    ['an endpoint that is no URL', {}, { endpoint: 'here' }, ['value Subscription.channel.endpoint']],
    [
      'an endpoint with a password',
      {},
      { endpoint: 'https://a:b@ehr.example' },
      ['value Subscription.channel.endpoint'],
    ],
    ['XML', {}, { payload: 'application/fhir+xml' }, ['not-supported Subscription.channel.payload']],
    ['a header that is none', {}, { header: ['a: b', 'nonsense'] }, ['value Subscription.channel.header[1]']],
    ['a header with a line end', {}, { header: ['a: b\r\nc: d'] }, ['value Subscription.channel.header[0]']],
    ['a header that is ours', {}, { header: ['Host: x'] }, ['value Subscription.channel.header[0]']],
    ['criteria of another resource', { criteria: 'Observation?code=1' }, {}, ['not-supported Subscription.criteria']],
    [
      'criteria that are not supported',
      { criteria: 'Encounter?practitioner=1' },
      {},
      ['not-supported Subscription.criteria'],
    ],
    ['criteria that are none', { criteria: 'Location?status=open' }, {}, ['code-invalid Subscription.criteria']],
    ['no reason', { reason: undefined }, {}, ['required Subscription.reason']],
    [
      'several at once',
      { criteria: 'Bed' },
      { type: 'sms', endpoint: 'x' },
      [
        'not-supported Subscription.channel.type',
        'value Subscription.channel.endpoint',
        'not-supported Subscription.criteria',
      ],
    ],
  ])('with %s is refused', (_, more, channel, issues) => {
    expect(faults(more, channel)).toEqual(issues);
  });

  it('is told without its headers: they may hold a secret', () => {
    const resource = subscriptionResource({
      id: 's1',
      versionId: '2',
      lastUpdated: '2026-03-01T10:00:00.000Z',
      status: 'error',
      hook: hook(),
      error: 'The endpoint answered 500',
    });
    expect(faultsByR4(resource)).toEqual([]);
    expect(resource).toMatchObject({ status: 'error', criteria: sent.criteria, channel: { type: 'rest-hook' } });
    expect(JSON.stringify(resource)).not.toContain('secret');
    const plain = { ...hook({ end: undefined }, { payload: '' }) };
    const other = subscriptionResource({
      id: 's',
      versionId: '1',
      lastUpdated: '2026-03-01T10:00:00.000Z',
      status: 'active',
      hook: plain,
      error: null,
    });
    expect(other.channel).toEqual({ type: 'rest-hook', endpoint: sent.channel.endpoint });
  });
});

describe('what a rest-hook is sent', () => {
  const location = bedLocation(house.id, bed({}), bedStateOf(bed({})));

  it('is an update of the resource below the endpoint', () => {
    const request = hookRequest(hook({}, { endpoint: 'https://ehr.example/hooks/?k=1' }), location);
    expect(request).toMatchObject({ method: 'PUT', url: 'https://ehr.example/hooks/Location/NGH.bed.4A-1?k=1' });
    expect(request.headers).toContainEqual(['content-type', 'application/fhir+json; charset=utf-8']);
    expect(request.headers).toContainEqual(['authorization', 'Bearer secret']);
    expect(JSON.parse(request.body!)).toEqual(JSON.parse(JSON.stringify(location)));
  });

  it('is a POST without a body, where no payload is wanted', () => {
    expect(hookRequest(hook({}, { payload: undefined }), location)).toMatchObject({
      method: 'POST',
      url: 'https://ehr.example/hooks/beds',
      body: null,
    });
  });
});
