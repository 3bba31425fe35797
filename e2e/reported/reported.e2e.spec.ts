import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ackCode } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';
import { ReportedHouse, reportedFolder, reportedPresent, warnsAt } from './reported-house.js';

// Where the reports do not lie beside the repository these are reported as skipped.
const withReports = reportedPresent ? describe : describe.skip;

/** A folder for the files of one house, removed with it. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wardstream-reported-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const kinds = (of: { readonly conflicts: readonly { readonly kind: string }[] }): string[] =>
  of.conflicts.map((c) => c.kind);

withReports('reports of interface engineers, without profiles', () => {
  const house = new ReportedHouse();

  it('08 nulls: what is null is deleted, and the patient is in the unit and in no bed', async () => {
    await house.send('08-nulls');
    await eventually(async () => expect((await house.encounter('C08')).status).toBe('discharged'));
    const { patient, movements } = await house.encounter('C08');
    expect(movements.filter((m) => m.kind === 'transfer')).toMatchObject([
      { to: null },
      { to: { unit: 'W2', bedId: null } },
    ]);
    // The name comes again with the message after the nulls.
    expect(patient).toMatchObject({ family: 'Test', given: 'Case' });
  });

  it('11 year far ahead: it counts from MSH-7, a conflict shows it, and later movements count', async () => {
    await house.sendSound('11-year-far-ahead');
    await eventually(async () => expect((await house.encounter('C11')).status).toBe('discharged'));
    const { movements, conflicts } = await house.encounter('C11');
    expect(movements.map((m) => Date.parse(m.at) < Date.parse('2027-01-01'))).toEqual([true, true, true, true]);
    expect(movements[1]!.at).toMatch(/^2026-11-04T09:00:05/);
    expect(conflicts).toMatchObject([{ severity: 'medium' }]);
    // Beds follow encounters a moment later.
    await eventually(async () => {
      for (const bed of ['W9-101-A', 'W9-101-B', 'W9-102-A']) expect(await house.inBed(bed)).toEqual([]);
    });
  });

  it('13 self merge: no harm, and a warning on MRG-1', async () => {
    const acks = await house.sendSound('13-self-merge');
    expect(warnsAt(acks[1]!, 'MRG', 1)).toBe(true);
    await eventually(async () => expect(await house.inBed('W1-01')).toEqual(['C13']));
  });

  it('37 a new visit from the emergency department: a conflict of high severity on both beds', async () => {
    await house.sendSound('37-a01-new-visit-from-ed');
    await eventually(async () => {
      expect(await house.inBed('W1-07')).toEqual(['C37I']);
      expect(await house.inBed('ED-03')).toEqual(['C37E']);
      for (const visit of ['C37E', 'C37I'])
        expect((await house.encounter(visit)).conflicts).toContainEqual(expect.objectContaining({ severity: 'high' }));
    });
  });

  it('38 observation, class O: the bed is held', async () => {
    await house.sendSound('38-observation-class-o');
    await eventually(async () => expect(await house.inBed('W1-09')).toEqual(['C38']));
    expect((await house.bed('W1-08')).state).toBe('dirty');
  });

  it('53 recorded late, with the time of the admission: a conflict shows both', async () => {
    await house.sendSound('53-admit-time-pv1-44');
    await eventually(async () => {
      const { conflicts, movements } = await house.encounter('C53');
      expect(conflicts).toMatchObject([{ kind: 'admission-time-differs' }]);
      expect(JSON.stringify(conflicts)).toContain('2026-11-20T07:30');
      expect(movements).toMatchObject([{ kind: 'admit', at: '2026-11-20T12:00:00.000Z' }]);
    });
  });

  it('56 discharged from the emergency department and admitted in one minute: in the ward bed', async () => {
    await house.sendSound('56-ed-discharge-then-admit-same-visit');
    await eventually(async () => expect(await house.inBed('W1-05')).toEqual(['C56']));
    expect(await house.encounter('C56')).toMatchObject({ status: 'in-progress', location: { bedId: 'W1-05' } });
  });

  it('60 one number under several authorities: a conflict names the other visit', async () => {
    await house.sendSound('60-visit-authority-forms');
    await eventually(async () => {
      const visits = await house.encountersOf('C60');
      expect(
        visits.flatMap(kinds).filter((k) => k.includes('two-numbers') || k.includes('authorit')).length,
      ).toBeGreaterThan(0);
    });
  });

  it('63 a conditional update whose body has another id is refused', async () => {
    const patient = { reference: 'Patient/PF63' };
    const body = {
      resourceType: 'Encounter',
      identifier: [{ system: 'S', value: 'F63' }],
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject: patient,
      serviceProvider: { identifier: { value: 'HILL' } },
      period: { start: '2026-11-20T08:00:00Z' },
    };
    const put = await house.manager.put<{ issue: unknown[] }>(
      '/fhir/R4/Encounter?identifier=S|F63',
      { ...body, id: 'other63' },
      'application/fhir+json',
    );
    const created = await house.manager.put<{ id: string }>(
      '/fhir/R4/Encounter?identifier=S|F63',
      body,
      'application/fhir+json',
    );
    expect([200, 201]).toContain(created.status);
    const other = await house.manager.put(
      '/fhir/R4/Encounter?identifier=S|F63',
      { ...body, id: 'another63' },
      'application/fhir+json',
    );
    const elsewhere = await house.manager.put('/fhir/R4/Encounter?identifier=S|F63X', body, 'application/fhir+json');
    expect([other.status, elsewhere.status]).toEqual([400, 400]);
    expect([400, 201]).toContain(put.status);
  });

  it('74 a place in words: warned of, and listed for mapping', async () => {
    const acks = await house.sendSound('74-place-in-description');
    expect(acks.map((ack) => warnsAt(ack, 'PV1', 3))).toEqual([true, true, true]);
    const { body } = await house.administrator.get<{ items: { code: string }[] }>('/api/v1/senders/unknown-codes');
    expect(body.items.map((i) => i.code)).toContain('Ward one');
  });

  it('77 a transfer to another campus: the visit is open there alone, and both houses say so', async () => {
    await house.send('77-transfer-between-campuses');
    await eventually(async () => {
      expect(await house.inBed('E1-201-A', 'EAST')).toEqual(['C77']);
      const [there, here] = [await house.encounter('C77', 'EAST'), await house.encounter('C77')];
      expect([there.status, here.status]).toEqual(['in-progress', 'discharged']);
      expect(JSON.stringify(here.conflicts)).toContain('in EAST');
      expect(JSON.stringify(there.conflicts)).toContain('of HILL');
      expect((await house.bed('W2-01')).state).toBe('dirty');
    });
  });

  it('86 a unit nobody knows: what the sender wrote is kept, and the visit is in the counts of the house', async () => {
    await house.sendSound('86-unknown-unit-on-no-page');
    await eventually(async () =>
      expect((await house.encounter('C86')).location).toMatchObject({ unit: 'XRAYWARD', bedId: null }),
    );
    await eventually(async () => {
      const { body } = await house.manager.get<{ house: { patients: { inUnknownUnit: number } } }>(
        '/api/v1/facilities/HILL/occupancy',
      );
      expect(body.house.patients.inUnknownUnit).toBeGreaterThan(0);
    });
  });

  it('90 a bed is assigned right after it was asked for', async () => {
    for (let turn = 0; turn < 8; turn += 1) {
      const hl7 = (trigger: string) =>
        [
          `MSH|^~\\&|ADT|HILL|WARDSTREAM|HILL|20261130000000||ADT^${trigger}|c90-${turn}-${trigger}|P|2.5.1`,
          'EVN||20261130000000',
          `PID|1||PC90${turn}^^^HILL^MR||Test^Case||19600101|F`,
          `PV1|1|E|ED||||||||||||||||C90${turn}^^^HILL^VN`,
        ].join('\r');
      expect(ackCode(await house.sendText(hl7('A04')))).toBe('AA');
      const asked = await house.manager.post<{ id: string }>('/api/v1/facilities/HILL/bed-requests', {
        visitNumber: `C90${turn}`,
        source: 'ED',
        toUnit: 'ICU',
        needs: { levelOfCare: 'icu' },
      });
      expect(asked.status).toBe(201);
      const assigned = await house.manager.post('/api/v1/facilities/HILL/beds/ICU-01/assign', {
        bedRequestId: asked.body.id,
      });
      expect([turn, assigned.status]).toEqual([turn, 200]);
      const released = await house.manager.post('/api/v1/facilities/HILL/beds/ICU-01/release', { reason: 'next turn' });
      expect(released.status).toBe(200);
    }
  });
});

withReports('reports of bed managers, without profiles', () => {
  const house = new ReportedHouse();

  it('a transfer that never arrived is cancelled: nothing else is undone', async () => {
    await house.sendSound('lost-transfer-cancelled');
    await eventually(async () => expect(await house.inBed('W1-02')).toEqual(['V001']));
    expect((await house.bed('W1-02')).state).toBe('occupied');
    expect(await house.inBed('W1-01')).toEqual([]);
    expect((await house.encounter('V001')).conflicts.length).toBeGreaterThan(0);
  });

  it('19 a transfer is pending, and a move within the ward leaves it so', async () => {
    await house.sendRecent('19-pending-transfer-then-bed-move-in-ward');
    await eventually(async () => expect(await house.inBed('W2-04')).toEqual(['C19']));
    await eventually(async () => expect((await house.bed('ICU-03')).reservedFor).toMatchObject({ visitNumber: 'C19' }));
  });

  it('46 enhanced mode without a profile: one acknowledgement each, as before', async () => {
    expect((await house.send('46-enhanced-mode')).map(ackCode)).toEqual(['AA', 'AA', 'AA', 'AA', 'AA']);
  });
});

withReports('reports about bed states', () => {
  const house = new ReportedHouse();

  it('79 every NPU of an A20 counts, and a bad one is answered for itself', async () => {
    const acks = await house.send('79-a20-forms');
    // A known status with its text; a status in lower case is a code nobody knows, which waits for a mapping.
    expect(acks.map(ackCode).slice(0, 3)).toEqual(['AA', 'AE', 'AE']);
    expect(acks.map(ackCode).slice(5, 7)).toEqual(['AA', 'AE']);
    await eventually(async () => {
      const states = await Promise.all(['W1-01', 'W1-02', 'W1-03', 'W1-06'].map((b) => house.bed(b)));
      expect(states.map((b) => b.state)).toEqual(['dirty', 'dirty', 'closed', 'dirty']);
    });
  });

  it('44 processing ids are counted, all acted on unless a profile says otherwise', async () => {
    await house.sendSound('44-processing-id-T');
    await eventually(
      async () => {
        expect(await house.inBed('W2-01')).toEqual(['C44']);
        expect(await house.inBed('W2-02')).toEqual(['C44B']);
        const { body } = await house.administrator.get('/api/v1/facilities/HILL/data-quality');
        expect(JSON.stringify(body)).toMatch(/"notProduction":2/);
      },
      { timeoutMs: 90_000 },
    );
  });

  it('a discharge is cancelled after a transfer that came late: the patient is where the cancel says', async () => {
    await house.sendSound('a13-after-late-transfer');
    await eventually(async () => expect(await house.inBed('W2-04')).toEqual(['V002']));
    expect((await house.encounter('V002')).location).toMatchObject({ bedId: 'W2-04' });
    expect((await house.bed('W2-04')).state).toBe('occupied');
  });
});

withReports('a unit and a bed dropped while somebody is in them', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'hospital.yaml');
  if (reportedPresent) writeFileSync(file, readFileSync(join(reportedFolder, 'hospital.yaml'), 'utf8'));
  const house = new ReportedHouse(file);

  it('52 they stay, not listed any more, with their patients', async () => {
    await house.sendSound('52-bed-retired-while-occupied');
    await eventually(async () => expect(await house.inBed('W2-03')).toEqual(['C52A']));
    const text = readFileSync(file, 'utf8')
      .replace('{ room: A, name: Bay A, beds: 01..06 }', '{ room: A, name: Bay A, beds: [01, 02, 04, 05, 06] }')
      .replace(/ {6}- code: W9[\s\S]*?(?= {2}- id: EAST)/, '');
    expect(text).not.toContain('W9');
    writeFileSync(file, text);
    await house.start();
    await eventually(async () => {
      expect(await house.inBed('W2-03')).toEqual(['C52A']);
      expect(await house.inBed('W9-101-A')).toEqual(['C52B']);
      expect([(await house.bed('W2-03')).state, (await house.bed('W9-101-A')).state]).toEqual(['occupied', 'occupied']);
      expect((await house.bed('W2-03')).conflicts.length).toBeGreaterThan(0);
      const { body } = await house.manager.get('/api/v1/facilities/HILL/occupancy');
      expect(JSON.stringify(body)).toContain('W9');
    });
  });
});

withReports('reports of interface engineers, by profile', () => {
  const folder = temporaryFolder();
  const senders = join(folder, 'senders.yaml');
  writeFileSync(
    senders,
    [
      'senders:',
      '  - match: { applications: [ADT], sendingFacilities: [HILL] }',
      '    processingIds: [P]',
      '    acknowledgement: enhanced',
      '    times: { admission: PV1-44 }',
      '    places: { routes: true }',
      '',
    ].join('\n'),
  );
  const house = new ReportedHouse(undefined, { WARDSTREAM_SENDERS_FILE: senders });

  it('44 only production messages count', async () => {
    await house.sendEnhanced('44-processing-id-T');
    await eventually(async () => expect(await house.inBed('W2-03')).toEqual(['C44C']));
    expect([await house.inBed('W2-01'), await house.inBed('W2-02')]).toEqual([[], []]);
  });

  it('53 an admission counts from PV1-44, as the update corrects it', async () => {
    await house.sendEnhanced('53-admit-time-pv1-44');
    await eventually(async () => {
      const { occupants } = await house.bed('W1-01');
      expect(occupants).toMatchObject([{ visitNumber: 'C53', since: '2026-11-20T07:30:00.000Z' }]);
      expect((await house.encounter('C53')).conflicts).toEqual([]);
    });
  });

  it('77 PV1-3.4 says which house a message speaks of', async () => {
    await house.sendEnhanced('77-transfer-between-campuses');
    await eventually(async () => {
      const [there, here] = [await house.encounter('C77', 'EAST'), await house.encounter('C77')];
      expect([there.status, there.location?.bedId, here.status]).toEqual(['in-progress', 'E1-201-A', 'discharged']);
      expect(there.movements.filter((m) => m.kind === 'transfer')).toMatchObject([
        { at: '2026-11-25T12:00:00.000Z' },
        { at: '2026-11-25T15:00:00.000Z' },
      ]);
      expect((await house.bed('W2-01')).state).toBe('dirty');
    });
  });

  it('46 accept acknowledgements as MSH-15 asks for them', async () => {
    const answers = await house.sendEnhanced('46-enhanced-mode');
    // AL AL, NE NE, ER NE, AL NE, NE AL.
    expect(answers.map((codes) => codes.join())).toEqual(expect.arrayContaining([]));
    expect(answers[1]).toEqual([]);
    expect(answers[2]).toEqual([]);
    expect(answers[3]).toEqual(['CA']);
    expect(answers[0]![0]).toBe('CA');
  });
});
