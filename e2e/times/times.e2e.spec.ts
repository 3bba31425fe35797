import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BedData } from '@wardstream/events';
import { ackCode, adt, Client, dtm, House, MllpSender, replayCheck } from '@wardstream/product-under-test';
import { serviceNames } from '@wardstream/service-directory';
import { eventually } from '@wardstream/testing';
import { hospitalFile } from '../truth/random-hospital.js';

const TIM = '/api/v1/facilities/TIM';
const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
const instant = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** Times that are none, or that no column may be asked to hold. */
const hl7Times = ['0000', '9999', '99991231', '00000101', '20261345', '99991231235959.9999+1400', '20260230', '-1'];
const isoTimes = [
  ...['0000', '9999', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-13-45T00:00:00Z'],
  ...['+010000-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00', '2199-12-31T00:00:00Z'],
];

/** A message before its time is put in: trigger, and where in it the time stands. */
const hl7Fields: readonly (readonly [trigger: string, segment: string, field: number])[] = [
  ['A01', 'MSH', 7],
  ['A01', 'EVN', 2],
  ['A01', 'EVN', 6],
  ['A01', 'PID', 7],
  ['A01', 'ZBE', 2],
  ['A01', 'PV1', 44],
  ['A14', 'EVN', 3],
  ['A14', 'PV2', 8],
  ['A16', 'PV2', 9],
  ['A21', 'PV2', 47],
  ['A03', 'PV1', 45],
  ['A08', 'PV1', 45],
];

function withField(message: string, segment: string, field: number, value: string): string {
  const lines = message.split('\r').filter((line) => line !== '');
  if (!lines.some((line) => line.startsWith(segment))) lines.push(segment);
  const changed = lines.map((line) => {
    if (!line.startsWith(segment)) return line;
    const parts = line.split('|');
    // MSH-1 is the separator itself.
    const at = segment === 'MSH' ? field - 1 : field;
    while (parts.length <= at) parts.push('');
    parts[at] = value;
    if (segment === 'ZBE') Object.assign(parts, { 1: 'Z1', 4: 'INSERT' });
    return parts.join('|');
  });
  return `${changed.join('\r')}\r`;
}

/** One house that is told times that cannot be, by every way in; then everybody is admitted, and every bed must say so. */
describe('a time that cannot be', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wardstream-times-'));
  let house: House;
  let all: Client;
  let sender: MllpSender;
  let beds = 0;
  const taken = new Map<string, string>();

  beforeAll(async () => {
    const hospital = join(folder, 'hospital.yaml');
    writeFileSync(
      hospital,
      hospitalFile([
        {
          id: 'TIM',
          units: [
            { code: 'U', rooms: [{ code: 'R', beds: 99 }] },
            { code: 'W', rooms: [{ code: 'R', beds: 99 }] },
          ],
        },
      ]),
    );
    house = new House({ mode: 'standalone', hospital });
    await house.start();
    all = await Client.as(house, 'administrator', 'bed-manager', 'department-system', 'department-staff');
    sender = await MllpSender.connect(house.mllpPort);
    await eventually(async () => expect((await all.get(TIM)).status).toBe(200));
  });
  afterAll(async () => {
    sender?.close();
    await house?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const newBed = (): { bed: string; visit: string; at: string; unit: string; code: string } => {
    const n = beds++;
    const unit = n < 99 ? 'U' : 'W';
    const code = String((n % 99) + 1).padStart(2, '0');
    return { bed: `${unit}-${code}`, visit: `TV${n}`, at: `${unit}^R^${code}`, unit, code };
  };
  const send = async (of: Parameters<typeof adt>[0]): Promise<string> => ackCode(await sender.send(adt(of)));
  const bedOf = async (id: string): Promise<BedData> => (await all.get<BedData>(`${TIM}/beds/${id}`)).body;

  it('in the plan of an admission does not keep the admission out of its bed, and nobody else gets it', async () => {
    const { bed, visit, at } = newBed();
    const plan = adt({ trigger: 'A14', visit, at, when: ago(60), facility: 'TIM' });
    expect(ackCode(await sender.send(withField(plan, 'PV2', 8, '99991231')))).toBe('AA');
    expect(await send({ trigger: 'A01', visit, at, when: ago(50), facility: 'TIM' })).toBe('AA');
    await eventually(async () => expect((await bedOf(bed)).occupants).toMatchObject([{ visitNumber: visit }]));
    expect(await send({ trigger: 'A04', visit: 'TIMOTHER', at: 'U', when: ago(40), class: 'E', facility: 'TIM' })).toBe(
      'AA',
    );
    const assigned = await all.post(`${TIM}/beds/${bed}/assign`, { visitNumber: 'TIMOTHER' });
    expect([assigned.status, assigned.body['code']]).toEqual([409, 'bed-occupied']);
    expect((await bedOf(bed)).state).toBe('occupied');
    taken.set(bed, visit);
  });

  it.each(hl7Fields)(
    'in %s %s-%i of HL7 v2 is answered once and keeps nobody out of bed',
    async (trigger, segment, field) => {
      const odd: string[] = [];
      for (const value of hl7Times) {
        const { bed, visit, at } = newBed();
        const when = ago(45);
        if (['A03', 'A08', 'A16', 'A21'].includes(trigger))
          expect(await send({ trigger: 'A01', visit, at, when: ago(60), facility: 'TIM' })).toBe('AA');
        const message = adt({ trigger, visit, at, when, facility: 'TIM' });
        odd.push(ackCode(await sender.send(withField(message, segment, field, value))));
        // Who was discharged at a time that is none is admitted anew.
        expect(await send({ trigger: 'A01', visit, at, when: ago(20), facility: 'TIM' })).toBe('AA');
        taken.set(bed, visit);
      }
      expect(odd.filter((code) => code !== 'AA' && code !== 'AE')).toEqual([]);
    },
  );

  it('opens one conflict on the visit, and an A20 with such a time none', async () => {
    const { bed, visit, at } = newBed();
    const far = dtm(ago(-30 * 1440));
    const admitted = adt({ trigger: 'A01', visit, at, when: ago(30), facility: 'TIM' });
    expect(ackCode(await sender.send(withField(admitted, 'EVN', 6, far)))).toBe('AA');
    taken.set(bed, visit);
    const conflicts = async (): Promise<string[]> => {
      const { body } = await all.get<{ items: { id: string }[] }>(`${TIM}/encounters?visitNumber=${visit}`);
      const one = await all.get<{ conflicts: { kind: string }[] }>(`/api/v1/encounters/${body.items[0]!.id}`);
      return one.body.conflicts.map((c) => c.kind);
    };
    await eventually(async () => expect(await conflicts()).toEqual(['time-not-credible']));
    const before = (await all.get<{ total: number }>('/api/v1/conflicts?facility=TIM')).body.total;
    const status = `MSH|^~\\&|E2E-ADT|TIM|W|TIM|20261101||ADT^A20|TIMA20|P|2.5.1\rEVN|A20|20261101||||${far}\rNPU|${at}|O\r`;
    expect(ackCode(await sender.send(status))).toBe('AA');
    await eventually(async () => {
      const { body } = await all.get<{ items: { kind: string }[] }>(`${TIM}/beds/${bed}/history`);
      expect(body.items.map((i) => i.kind)).toContain('status-reported');
    });
    expect(await conflicts()).toEqual(['time-not-credible']);
    expect((await all.get<{ total: number }>('/api/v1/conflicts?facility=TIM')).body.total).toBe(before);
  });

  it.each(['period.start', 'period.end', 'location.start', 'birthDate'])(
    'in %s of FHIR is answered once and keeps nobody out of bed',
    async (field) => {
      for (const value of isoTimes) {
        const { bed, visit } = newBed();
        const resource = (odd: Record<string, string>): object => ({
          resourceType: 'Encounter',
          identifier: [{ system: 'urn:wardstream:fhir:domain:TIM', value: visit }],
          status: odd['period.end'] === undefined ? 'in-progress' : 'finished',
          class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
          subject: { identifier: { system: 'urn:wardstream:fhir:domain:TIM', value: `P${visit}` } },
          serviceProvider: { identifier: { value: 'TIM' } },
          period: { start: odd['period.start'] ?? ago(30).toISOString(), end: odd['period.end'] },
          location: [
            {
              location: { reference: `Location/TIM.bed.${bed}` },
              status: 'active',
              period: { start: odd['location.start'] ?? ago(30).toISOString() },
            },
          ],
        });
        const post = (path: string, body: object): Promise<{ status: number }> =>
          all.postRaw(`/fhir/R4/${path}`, JSON.stringify(body), 'application/fhir+json');
        const odd =
          field === 'birthDate'
            ? await post('Patient', {
                resourceType: 'Patient',
                identifier: [{ system: 'urn:wardstream:fhir:domain:TIM', value: `P${visit}` }],
                managingOrganization: { identifier: { value: 'TIM' } },
                birthDate: value,
              })
            : await post('Encounter', resource({ [field]: value }));
        expect([value, odd.status < 500]).toEqual([value, true]);
        expect([value, (await post('Encounter', resource({}))).status]).toEqual([value, expect.any(Number)]);
        taken.set(bed, visit);
      }
    },
  );

  it.each(['time', 'data.at', 'data.patient.birthDate', 'data.expectedAt'])(
    'in %s of an event is answered once and keeps nobody out of bed',
    async (field) => {
      for (const [i, value] of isoTimes.entries()) {
        const { bed, visit, unit, code } = newBed();
        const event = (of: string | null): object => ({
          ...{ specversion: '1.0', id: `${visit}-${i}-${of ?? 'sound'}`, source: 'TIM-EVENTS', subject: visit },
          type: of === 'data.expectedAt' ? 'movement.admission-expected' : 'movement.admitted',
          time: of === 'time' ? value : ago(20).toISOString(),
          data: {
            ...{ facility: 'TIM', at: of === 'data.at' ? value : ago(30).toISOString(), visit: { number: visit } },
            patient: { id: `P${visit}`, ...(of === 'data.patient.birthDate' ? { birthDate: value } : {}) },
            ...(of === 'data.expectedAt'
              ? { to: { unit, room: 'R', bed: code } }
              : { class: 'inpatient', place: { unit, room: 'R', bed: code } }),
            ...(of === 'data.expectedAt' ? { expectedAt: value } : {}),
          },
        });
        const post = (body: object): Promise<{ status: number }> =>
          all.postRaw('/api/v1/events', JSON.stringify(body), 'application/cloudevents+json');
        const odd = await post(event(field));
        expect([value, [200, 400].includes(odd.status)]).toEqual([value, true]);
        expect([value, (await post(event(null))).status]).toEqual([value, 200]);
        taken.set(bed, visit);
      }
    },
  );

  const commands: readonly (readonly [path: string, field: string, body: object, code: string])[] = [
    ['beds/W-99/reserve', 'until', { visitNumber: 'TIMOTHER' }, 'until-out-of-range'],
    ['beds/W-99/block', 'until', { reason: 'Shower leak' }, 'until-out-of-range'],
    ['beds/W-99/close', 'until', { reason: 'No staff' }, 'until-out-of-range'],
    ['bed-requests', 'decisionToAdmitAt', { visitNumber: 'TIMOTHER', source: 'ED', toUnit: 'U' }, 'time-out-of-range'],
    ['discharge-plans/TIMOTHER/pending', 'expectedAt', {}, 'time-out-of-range'],
    ['beds/W-99/cleaning/request', 'at', {}, 'time-in-future'],
    ['bed-requests', 'at', { visitNumber: 'TIMOTHER', source: 'ED', toUnit: 'U' }, 'time-in-future'],
    ['discharge-plans/TIMOTHER/pending', 'at', {}, 'time-in-future'],
  ];
  it.each(commands)('is refused by %s, which says what is wrong with its %s', async (path, field, body, code) => {
    for (const value of isoTimes.slice(0, -1)) {
      const { status, body: answer } = await all.post(`${TIM}/${path}`, { ...body, [field]: value });
      expect([value, status, answer['code']]).toEqual([value, 400, 'validation-failed']);
      expect(String(answer['detail'])).toMatch(new RegExp(`^${field}`));
    }
    // What can be stored is held against the clock: over a year ahead, and before now where something is to end.
    const wrong = [
      instant(400),
      '2199-12-31T00:00:00Z',
      ...(field === 'until' ? [instant(-1), '1900-01-01T00:00:00Z'] : []),
    ];
    for (const value of wrong) {
      const { status, body: answer } = await all.post(`${TIM}/${path}`, { ...body, [field]: value });
      expect([value, status, answer['code']]).toEqual([value, 400, code]);
    }
  });

  it('leaves everybody in the bed they came to, nothing parked, and what a replay comes to', async () => {
    await eventually(
      async () => {
        const { body } = await all.get<{ items: BedData[] }>(`${TIM}/beds`);
        const shown = body.items.map((b) => [b.id, b.state, b.occupants.map((o) => o.visitNumber), b.notCertainSince]);
        const expected = body.items.map((b) =>
          taken.has(b.id) ? [b.id, 'occupied', [taken.get(b.id)], undefined] : [b.id, 'available', [], undefined],
        );
        expect(shown).toEqual(expected);
      },
      { timeoutMs: 60_000 },
    );
    for (const kind of ['encounters', 'beds'] as const)
      expect(await replayCheck(all, kind)).toMatchObject({ equal: true, waiting: 0, differences: [] });
    for (const service of serviceNames) {
      expect((await all.get<unknown>(`/api/v1/dead-letters/${service}?state=all`)).body).toEqual([]);
    }
    const occupancy = await all.get<{ units: { unit: string; occupied: number }[] }>(`${TIM}/occupancy`);
    expect(occupancy.body.units.map((u) => u.occupied).reduce((a, b) => a + b)).toBe(taken.size);
  });
});
