import type { EncounterView } from '@wardstream/api-contract';
import type { EncounterData } from '@wardstream/events';
import type { OwnView } from './own-views.js';

/**
 * Of an encounter only what a tile needs. The view has no version of its own, so that the many changes that a tile does
 * not show (an address, an attending) leave it equal and are not sent.
 */
export const encounterView: OwnView<EncounterData> = {
  view: ({ data }): EncounterView => {
    const expected = data.pendings.find((p) => p.kind === 'discharge')?.expectedAt ?? null;
    const admission = data.status === 'planned' ? data.pendings.find((p) => p.kind === 'admit') : undefined;
    const heldBed = data.stays.find((s) => s.to === null && s.holdsBed)?.place.bedId ?? null;
    const over = data.status === 'discharged' || data.status === 'cancelled';
    return {
      encounterId: data.encounterId,
      facility: data.facility,
      visitNumber: data.visitNumber,
      status: data.status,
      class: data.class,
      ...(data.inNoBed === undefined ? {} : { inNoBed: data.inNoBed }),
      ...(over || heldBed !== null ? {} : { patient: data.patient }),
      specialty: data.specialty,
      location: data.location,
      inTransit: data.inTransit,
      heldBed,
      startedAt: data.admittedAt ?? data.registeredAt,
      arrivedAt: earliest(data.registeredAt, data.admittedAt),
      expectedDischargeAt: expected ?? data.expectedDischargeAt ?? null,
      ...(admission === undefined
        ? {}
        : { expectedAdmission: { place: admission.place, expectedAt: admission.expectedAt } }),
    };
  },
  endedAt: ({ data }) => data.dischargedAt,
};

function earliest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
