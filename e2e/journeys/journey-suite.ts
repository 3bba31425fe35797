import { describe, expect, it } from '@jest/globals';
import type { AlertData, BedData, ConflictData, UnitOccupancyData } from '@wardstream/events';
import { ackCode, adt, Client, Stream } from '@wardstream/product-under-test';
import { eventually, foreignProducer } from '@wardstream/testing';
import { type Encounter, HospitalInUse, minutesAgo, NGH, type WayOfRunning } from './hospital-in-use.js';

/** What a hospital does with the product, through its public interfaces only; the same for every way of running it. `more` is tested of it, too. */
export function journeys(title: string, way: WayOfRunning, more?: (hospital: HospitalInUse) => void): void {
  describe(title, () => {
    const hospital = new HospitalInUse(way);
    const { send, encounterOf, bed, unit, bedState, streamedBed } = hospital;

    it('admits, transfers, cancels, discharges and takes the discharge back, visible everywhere', async () => {
      const before = await unit('4A');
      await send({ trigger: 'A01', visit: 'J1', at: '4A^A^01', when: minutesAgo(50) });
      await streamedBed('4A-01', 'occupied');
      await bedState('4A-01', 'occupied');
      await eventually(async () => expect((await unit('4A')).occupied).toBe(before.occupied + 1));
      expect((await bed('4A-01')).occupants[0]!.visitNumber).toBe('J1');

      await send({ trigger: 'A02', visit: 'J1', at: '4A^A^02', from: '4A^A^01', when: minutesAgo(40) });
      await streamedBed('4A-02', 'occupied');
      await streamedBed('4A-01', 'dirty');

      await send({ trigger: 'A12', visit: 'J1', at: '4A^A^01', when: minutesAgo(35) });
      await streamedBed('4A-01', 'occupied');
      await streamedBed('4A-02', 'available');

      await send({ trigger: 'A03', visit: 'J1', at: '4A^A^01', when: minutesAgo(5) });
      await streamedBed('4A-01', 'dirty');
      await eventually(async () => expect((await encounterOf('J1')).status).toBe('discharged'));

      await send({ trigger: 'A13', visit: 'J1', at: '4A^A^01', when: minutesAgo(3) });
      await streamedBed('4A-01', 'occupied');
      const encounter = await encounterOf('J1');
      expect(encounter.status).toBe('in-progress');
      expect(encounter.location).toMatchObject({ unit: '4A', bedId: '4A-01' });
      expect(encounter.movements.map((m) => [m.kind, m.cancelled])).toEqual([
        ['admit', false],
        ['transfer', true],
        ['discharge', true],
      ]);
      for (const { at, recordedAt, receivedAt } of encounter.movements) {
        expect(new Date(at).toISOString()).toBe(at);
        expect(Date.parse(recordedAt)).toBeLessThanOrEqual(Date.parse(receivedAt));
      }
    });

    it('counts so that the parts add up to the denominator', async () => {
      const { body } = await hospital.manager.get<{ units: UnitOccupancyData[] }>(`${NGH}/occupancy`);
      expect(body.units.length).toBeGreaterThan(10);
      for (const u of body.units) {
        expect(u.occupied + u.reserved + u.available + u.dirty + u.cleaning).toBe(u.denominator);
        expect(u.staffed).toBe(u.denominator + u.blocked);
      }
    });

    it('brings a request to a bed: reserve, ready to move, occupied; the bed left behind is cleaned', async () => {
      await send({ trigger: 'A01', visit: 'J2', at: 'ED^MAJA^06', class: 'E', when: minutesAgo(60) });
      await streamedBed('ED-06', 'occupied');
      const request = await eventually(async () => {
        const answer = await hospital.department.post<{ id: string }>(`${NGH}/bed-requests`, {
          visitNumber: 'J2',
          source: 'ED',
          toUnit: '4B',
          priority: 'urgent',
          needs: {
            levelOfCare: 'ward',
            specialty: 'MED',
            isolation: 'none',
            sex: 'any',
            telemetry: false,
            equipment: [],
          },
          at: minutesAgo(45).toISOString(),
        });
        expect([200, 201]).toContain(answer.status);
        return answer.body;
      });
      const requestNow = async () => (await hospital.manager.get(`${NGH}/bed-requests/${request.id}`)).body;

      await eventually(async () => {
        const answer = await hospital.manager.post(`${NGH}/beds/4B-01/reserve`, {
          visitNumber: 'J2',
          bedRequestId: request.id,
        });
        expect([200, 201]).toContain(answer.status);
      });
      await streamedBed('4B-01', 'reserved');
      await eventually(async () =>
        expect(await requestNow()).toMatchObject({ status: 'assigned', assignedBedId: '4B-01' }),
      );

      const second = await hospital.manager.post(`${NGH}/beds/4B-01/reserve`, { visitNumber: 'J1' });
      expect(second.status).toBe(409);
      expect(second.headers.get('content-type')).toContain('application/problem+json');
      expect(second.body).toHaveProperty('code');

      expect((await hospital.department.post(`${NGH}/bed-requests/${request.id}/ready-to-move`)).status).toBeLessThan(
        300,
      );
      await send({ trigger: 'A02', visit: 'J2', at: '4B^A^01', from: 'ED^MAJA^06', when: minutesAgo(1) });
      await streamedBed('4B-01', 'occupied');
      await streamedBed('ED-06', 'dirty');
      await eventually(async () => expect(await requestNow()).toMatchObject({ status: 'occupied' }));

      for (const [step, state] of [
        ['claim', 'dirty'],
        ['start', 'cleaning'],
        ['complete', 'available'],
      ] as const) {
        const answer = await hospital.department.post(`${NGH}/beds/ED-06/cleaning/${step}`, { claimedBy: 'Crew B' });
        expect([step, answer.status < 300]).toEqual([step, true]);
        await streamedBed('ED-06', state);
      }
    });

    it('fires an alert for a bed that stays dirty, takes it, and clears it when cleaning starts', async () => {
      await send({ trigger: 'A01', visit: 'J3', at: '5A^A^01', when: minutesAgo(120) });
      await send({ trigger: 'A03', visit: 'J3', at: '5A^A^01', when: minutesAgo(41) });
      const alert = await eventually(
        async () => {
          const { body } = await hospital.manager.get<{ items: AlertData[] } | AlertData[]>(
            '/api/v1/alerts?facility=NGH&state=firing',
          );
          const all = Array.isArray(body) ? body : body.items;
          const found = all.find((a) => a.rule === 'dirty-not-started' && a.subject.id === '5A-01');
          expect(found).toBeDefined();
          return found!;
        },
        { timeoutMs: 30_000 },
      );
      expect(alert).toMatchObject({ limit: 30, measuredIn: 'minutes', state: 'firing' });
      expect(alert.measured).toBeGreaterThanOrEqual(41);
      await eventually(() => expect(hospital.stream.latest('alert', (a) => a.id === alert.id)?.state).toBe('firing'));

      expect((await hospital.manager.post(`/api/v1/alerts/${alert.id}/acknowledge`)).status).toBeLessThan(300);
      await eventually(() =>
        expect(hospital.stream.latest('alert', (a) => a.id === alert.id)?.state).toBe('acknowledged'),
      );
      expect((await hospital.department.post(`${NGH}/beds/5A-01/cleaning/start`)).status).toBeLessThan(300);
      await eventually(
        () => expect(hospital.stream.latest('alert', (a) => a.id === alert.id)?.state).toBe('resolved'),
        {
          timeoutMs: 30_000,
        },
      );
    });

    it('hears of one visit by HL7 v2, by FHIR and by HL7 v2 again, and the board follows', async () => {
      interface Resource {
        id: string;
        meta: { versionId: string };
        location: { location: { reference: string }; status: string; period: { start: string; end?: string } }[];
      }
      await send({ trigger: 'A01', visit: 'J9', at: '5A^A^02', when: minutesAgo(50) });
      await streamedBed('5A-02', 'occupied');
      const { id } = await encounterOf('J9');
      const read = await hospital.department.get<Resource>(`/fhir/R4/Encounter/${id}`);
      expect([read.status, read.body.location.map((l) => l.location.reference)]).toEqual([
        200,
        ['Location/NGH.bed.5A-02'],
      ]);

      const moved = minutesAgo(20).toISOString();
      const [stay] = read.body.location;
      const location = [
        { ...stay, status: 'completed', period: { ...stay!.period, end: moved } },
        { location: { reference: 'Location/NGH.bed.5A-03' }, status: 'active', period: { start: moved } },
      ];
      const told = await hospital.department.put<Resource>(
        `/fhir/R4/Encounter/${id}`,
        { ...read.body, location },
        'application/fhir+json',
      );
      expect([told.status, told.body.location?.length]).toEqual([200, 2]);
      await streamedBed('5A-03', 'occupied');
      await streamedBed('5A-02', 'dirty');
      await eventually(async () => {
        const bedNow = await hospital.department.get<{ operationalStatus: { code: string } }>(
          '/fhir/R4/Location/NGH.bed.5A-02',
        );
        expect(bedNow.body.operationalStatus.code).toBe('H');
      });

      await send({ trigger: 'A03', visit: 'J9', at: '5A^A^03', when: minutesAgo(2) });
      await streamedBed('5A-03', 'dirty');
      const encounter = (await hospital.manager.get<Encounter & { conflicts: unknown[] }>(`/api/v1/encounters/${id}`))
        .body;
      expect(encounter).toMatchObject({ status: 'discharged', location: null, conflicts: [] });
      expect(encounter.movements.map((m) => m.kind)).toEqual(['admit', 'transfer', 'discharge']);
      expect((await hospital.department.get(`/fhir/R4/Encounter/${id}`)).body).toMatchObject({ status: 'finished' });
    });

    it('keeps both facts when two patients are recorded in one bed, and counts the bed once', async () => {
      await send({ trigger: 'A01', visit: 'J4', at: '3B^A^01', when: minutesAgo(30) });
      await streamedBed('3B-01', 'occupied');
      const before = await eventually(async () => {
        const now = await unit('3B');
        expect(now.occupied).toBeGreaterThan(0);
        return now;
      });
      await send({ trigger: 'A01', visit: 'J5', at: '3B^A^01', when: minutesAgo(20) });
      await eventually(async () => {
        const disputed = await bed('3B-01');
        expect(disputed.occupants.map((o) => [o.visitNumber, o.role])).toEqual([
          ['J4', 'active'],
          ['J5', 'contesting'],
        ]);
      });
      const conflicts = async () => {
        const { body } = await hospital.manager.get<{ items: ConflictData[] } | ConflictData[]>(
          '/api/v1/conflicts?facility=NGH&state=open',
        );
        return Array.isArray(body) ? body : body.items;
      };
      await eventually(async () => expect((await conflicts()).map((c) => c.subject.id)).toContain('3B-01'));
      expect((await unit('3B')).occupied).toBe(before.occupied);

      await send({ trigger: 'A03', visit: 'J4', at: '3B^A^01', when: minutesAgo(21) });
      await eventually(async () => expect((await conflicts()).map((c) => c.subject.id)).not.toContain('3B-01'));
      expect((await bed('3B-01')).occupants.map((o) => o.visitNumber)).toEqual(['J5']);
    });

    it('answers as of an earlier time', async () => {
      await send({ trigger: 'A01', visit: 'J6', at: '6A^A^01', when: minutesAgo(600) });
      await send({ trigger: 'A03', visit: 'J6', at: '6A^A^01', when: minutesAgo(300) });
      await streamedBed('6A-01', 'dirty');
      await send({ trigger: 'A14', visit: 'J14', at: '6A^A^02', when: minutesAgo(200) });
      await send({ trigger: 'A01', visit: 'J14', at: '6A^A^02', when: minutesAgo(100) });
      await streamedBed('6A-02', 'occupied');
      const at = (minutes: number) => encodeURIComponent(minutesAgo(minutes).toISOString());
      const stateAt = async (minutes: number) => {
        const { body } = await hospital.manager.get<{ items: BedData[] } | BedData[]>(`${NGH}/beds?at=${at(minutes)}`);
        return (Array.isArray(body) ? body : body.items).find((b) => b.id === '6A-01')!.state;
      };
      const countsAt = async (minutes: number) => {
        const { body } = await hospital.manager.get<{ units: UnitOccupancyData[] }>(
          `${NGH}/occupancy?at=${at(minutes)}`,
        );
        const { occupied, reserved, pendingIn } = body.units.find((u) => u.unit === '6A')!;
        return { occupied, reserved, pendingIn };
      };
      await eventually(async () => {
        expect([await stateAt(601), await stateAt(450), await stateAt(299)]).toEqual([
          'available',
          'occupied',
          'dirty',
        ]);
        expect(await countsAt(601)).toEqual({ occupied: 0, reserved: 0, pendingIn: 0 });
        expect(await countsAt(450)).toEqual({ occupied: 1, reserved: 0, pendingIn: 0 });
        expect(await countsAt(299)).toEqual({ occupied: 0, reserved: 0, pendingIn: 0 });
        expect(await countsAt(150)).toEqual({ occupied: 0, reserved: 1, pendingIn: 1 });
        expect(await countsAt(50)).toEqual({ occupied: 1, reserved: 0, pendingIn: 0 });
      });
    });

    it('keeps every route closed to whom it is not open', async () => {
      const anyone = await Client.as(hospital.house);
      for (const path of [
        NGH,
        `${NGH}/beds`,
        `${NGH}/occupancy`,
        `${NGH}/encounters`,
        `${NGH}/stream`,
        '/api/v1/alerts',
        '/api/v1/quarantine',
        '/api/v1/dead-letters/admissions',
        '/metrics',
      ]) {
        expect([path, (await anyone.get(path)).status]).toEqual([path, 401]);
      }
      const auditor = await Client.as(hospital.house, 'auditor');
      expect((await auditor.post(`${NGH}/beds/4A-03/block`, { reason: 'leak' })).status).toBe(403);
      const forged = await fetch(`${hospital.house.origin}${NGH}`, {
        headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.' },
      });
      expect(forged.status).toBe(401);
      expect((await anyone.get('/health/ready')).status).toBe(200);
    });

    it('answers what is wrong precisely, keeps it, and goes on with the next message', async () => {
      const bad = await hospital.sender.send(
        adt({ trigger: 'A01', visit: 'J7', at: '4A^B^05', when: minutesAgo(1) })
          .replace(/EVN\|A01\|\d+[^|]*\|/, 'EVN|A01|20261399|')
          .replace(/\|20\d{12}[^|]*\rPID/, '|20261399\rPID'),
      );
      expect(ackCode(bad)).toBe('AE');
      expect(bad).toMatch(/ERR\|.*EVN/);
      const other = await hospital.sender.send('MSH|^~\\&|LAB|NGH|W|NGH|20260113||ORU^R01|L1|P|2.5.1\rPID|1\r');
      expect(ackCode(other)).toBe('AR');
      const nothing = await hospital.sender.send('this is no HL7 at all');
      expect(ackCode(nothing)).toBe('AR');
      const nowhere = await hospital.sender.send(
        adt({ trigger: 'A01', visit: 'J8', at: 'ZZ^1^1', when: minutesAgo(1) }),
      );
      expect(ackCode(nowhere)).toBe('AA');
      expect(nowhere).toMatch(/ERR\|[^\r]*\|W/);

      const administrator = await Client.as(hospital.house, 'administrator');
      await eventually(async () => {
        const kept = JSON.stringify((await administrator.get('/api/v1/quarantine')).body);
        expect(kept).toContain('EVN');
      });
      await send({ trigger: 'A01', visit: 'J9', at: '4A^B^06', when: minutesAgo(1) });
      await streamedBed('4A-06', 'occupied');
    });

    it('takes the same message over HTTP and counts a repeat once', async () => {
      const message = adt({ trigger: 'A01', visit: 'J10', at: '4A^B^07', when: minutesAgo(2) });
      for (let i = 0; i < 2; i += 1) {
        const answer = await hospital.department.postRaw('/api/v1/adt', message, 'application/hl7-v2');
        expect([answer.status, ackCode(answer.body)]).toEqual([200, 'AA']);
      }
      await streamedBed('4A-07', 'occupied');
      expect((await encounterOf('J10')).movements).toHaveLength(1);
    });

    it('hears a department that publishes its own events, over HTTP and on its topic', async () => {
      const event = (id: string, type: string, at: Date, data: object) => ({
        ...{ specversion: '1.0', id, source: 'E2E-EVENTS', type, time: new Date().toISOString() },
        data: {
          facility: 'NGH',
          at: at.toISOString(),
          patient: { id: `M-${id}`, family: 'Marsh', given: 'Tilda' },
          ...data,
        },
      });
      const visit = { number: 'J12' };
      const admitted = event('J12-1', 'movement.admitted', minutesAgo(30), {
        ...{ visit, class: 'inpatient', place: { unit: '4A', room: 'B', bed: '05' } },
      });
      const batch = [
        admitted,
        event('J12-2', 'movement.transfered', minutesAgo(20), { visit }),
        event('J12-3', 'movement.transferred', minutesAgo(20), {
          visit,
          place: { bed: '4B-09' },
          from: { bed: '4A-05' },
        }),
        admitted,
      ];
      const answer = await hospital.department.postRaw<{ events: { outcome: string; errors: { path: string }[] }[] }>(
        '/api/v1/events',
        JSON.stringify(batch),
        'application/cloudevents-batch+json',
      );
      expect(answer.status).toBe(207);
      expect(answer.body.events.map((e) => e.outcome)).toEqual(['accepted', 'wrong', 'accepted', 'repeat']);
      expect(answer.body.events[1]!.errors[0]!.path).toBe('/type');
      await streamedBed('4B-09', 'occupied');
      expect((await encounterOf('J12')).movements.map((m) => m.kind)).toEqual(['admit', 'transfer']);

      const { brokers } = hospital.house.options;
      if (brokers === undefined) return;
      const producer = await foreignProducer(brokers.split(','));
      const { data, ...attributes } = event('J13-1', 'movement.admitted', minutesAgo(10), {
        ...{ visit: { number: 'J13' }, class: 'inpatient', place: { bed: '4B-10' } },
      });
      const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));
      await producer.send('wardstream.inbound.movements.v1', [
        { key: null, value: null },
        { key: 'x', value: Buffer.from([0xff, 0xfe]) },
        { key: 'J13', value: JSON.stringify(data), headers: { ...headers, 'content-type': 'application/json' } },
      ]);
      await producer.close();
      await streamedBed('4B-10', 'occupied');
    });

    it('resumes the stream after the last event that was seen', async () => {
      const last = hospital.stream.events.findLast((e) => e.id !== null)!;
      await send({ trigger: 'A01', visit: 'J11', at: '4A^B^08', when: minutesAgo(1) });
      await streamedBed('4A-08', 'occupied');
      const resumed = await Stream.open(hospital.house, 'NGH', hospital.manager.token!, last.id!);
      await eventually(() => expect(resumed.latest('bed', (b) => b.id === '4A-08')?.state).toBe('occupied'));
      expect(resumed.events.map((e) => e.event)).not.toContain('snapshot');
      resumed.close();
    });

    it('logs no personal data', () => {
      expect(hospital.house.printed).not.toMatch(/Marsh|Tilda|19580402/);
    });

    more?.(hospital);
  });
}
