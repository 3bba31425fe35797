import { describe, expect, it } from '@jest/globals';
import { checkStep, derivePlan, noPlan, withAnnouncement, type PlanFacts } from './discharge-plan.js';
import type { EncounterCopy } from './copies.js';

const at = (clock: string) => Date.parse(`2026-03-02T${clock}:00.000Z`);
const clock = (iso: string | null | undefined) => iso?.slice(11, 16) ?? null;
const place = { unit: '4A', room: 'A', bed: '01', bedId: '4A-01' };
const encounter = (more: Partial<EncounterCopy> = {}): EncounterCopy => ({
  ...{ id: 'e', facility: 'H1', visitNumber: 'V', version: 1, status: 'in-progress', dischargedAt: null },
  ...{ patient: { initials: 'A.B.', ageBand: null, sex: 'female' }, cancelledAt: null, pendingDischarge: null },
  ...{ stays: [{ place, from: at('08:00'), to: null, holdsBed: true }], location: place, ...more },
});
const plan = (more: Partial<PlanFacts> = {}): PlanFacts => ({
  ...noPlan({ encounterId: 'e', facility: 'H1', visitNumber: 'V' }),
  ...more,
});
const gone = encounter({ status: 'discharged', dischargedAt: at('15:00'), location: null });

describe('a discharge plan', () => {
  it('goes from pending to confirmed to departed, and opens again when the discharge is taken back', () => {
    expect(derivePlan(plan(), encounter())).toBeNull();
    expect(derivePlan(plan(), gone)).toBeNull();
    const pending = plan({ pendingAt: at('09:00'), expectedAt: at('14:00') });
    expect(derivePlan(pending, encounter())).toMatchObject({ status: 'pending', unit: '4A', bedId: '4A-01' });
    const confirmed = { ...pending, confirmedAt: at('12:00'), waitingFor: 'meds' };
    expect(derivePlan(confirmed, encounter())).toMatchObject({
      status: 'confirmed',
      waitingFor: 'meds',
      targetMinutes: 120,
    });
    const departed = derivePlan(confirmed, gone);
    expect([departed?.status, clock(departed?.departedAt), departed?.unit, departed?.waitingFor]).toEqual([
      ...['departed', '15:00', '4A', null],
    ]);
    expect(derivePlan(confirmed, encounter())?.status).toBe('confirmed');
  });

  it('is cancelled by the ward, and may be made again', () => {
    const cancelled = plan({ pendingAt: at('09:00'), confirmedAt: at('10:00'), cancelledAt: at('11:00') });
    expect(derivePlan(cancelled, encounter())).toMatchObject({ status: 'cancelled', departedAt: null });
    expect(derivePlan(cancelled, gone)?.status).toBe('cancelled');
    const again = derivePlan({ ...cancelled, pendingAt: at('12:00') }, encounter());
    expect([again?.status, clock(again?.pendingAt), again?.confirmedAt]).toEqual(['pending', '12:00', null]);
  });

  it('follows what ADT announces and takes back; a plan of the ward stays', () => {
    const announced = encounter({ pendingDischarge: { at: at('09:00'), expectedAt: at('13:00') } });
    const known = withAnnouncement(plan(), announced, at('09:05'));
    expect(derivePlan(known, announced)).toMatchObject({ status: 'pending', expectedAt: '2026-03-02T13:00:00.000Z' });
    const withdrawn = withAnnouncement(known, encounter(), at('10:00'));
    expect([derivePlan(withdrawn, encounter())?.status, withdrawn.withdrawnAt]).toEqual(['cancelled', at('10:00')]);
    expect(derivePlan(withAnnouncement(withdrawn, announced, at('11:00')), announced)?.status).toBe('pending');
    const own = { ...withdrawn, pendingAt: at('09:30') };
    expect(derivePlan(own, encounter())?.status).toBe('pending');
    expect(derivePlan(withAnnouncement(known, gone, at('15:00')), gone)?.status).toBe('departed');
  });

  it('ends with a visit that was cancelled', () => {
    const never = encounter({ status: 'cancelled', cancelledAt: at('10:00') });
    expect(derivePlan(plan({ pendingAt: at('09:00') }), never)?.status).toBe('cancelled');
  });

  it('is refused for a visit that is over, and to cancel where there is none', () => {
    expect(() => checkStep(null, gone, 'pending')).toThrow('The visit is over.');
    expect(() => checkStep(null, encounter(), 'cancel')).toThrow('No discharge is planned');
    expect(() => checkStep(null, encounter(), 'confirm')).not.toThrow();
  });
});
