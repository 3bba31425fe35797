import type { BedData, BedNeeds, FacilityData, LevelOfCare, Need, PatientBrief } from '@wardstream/events';
import { asRoomMate, fitOf, levelWanted, needsOf, type BedSetting, type Misfit, type PatientNeeds } from './fit.js';

/** What fit needs of a request. */
export interface AskedOfBed {
  readonly toUnit: string | null;
  readonly needs: BedNeeds;
}

/** What fit needs of a bed as it is published. */
export type BedInRoom = Pick<BedData, 'id' | 'unit' | 'room' | 'needs'> & {
  readonly occupants: readonly Pick<BedData['occupants'][number], 'encounterId' | 'patient'>[];
  readonly reservedFor: Pick<NonNullable<BedData['reservedFor']>, 'encounterId' | 'patient'> | null;
};

const settings = new WeakMap<object, ReadonlyMap<string, BedSetting>>();

/** What each bed of a facility is, its room and unit included, by bed id. Kept for as long as the configuration is. */
export function bedSettings(
  configuration: Pick<FacilityData, 'units' | 'rooms' | 'beds'>,
): ReadonlyMap<string, BedSetting> {
  const known = settings.get(configuration);
  if (known !== undefined) return known;
  const units = new Map(configuration.units.map((u) => [u.id, u]));
  const rooms = new Map(configuration.rooms.map((r) => [roomKey(r.unit, r.id), r]));
  const inRoom = new Map<string, number>();
  for (const { unit, room } of configuration.beds)
    inRoom.set(roomKey(unit, room), (inRoom.get(roomKey(unit, room)) ?? 0) + 1);
  const made = new Map(
    configuration.beds.flatMap((bed): [string, BedSetting][] => {
      const unit = units.get(bed.unit);
      const room = rooms.get(roomKey(bed.unit, bed.room));
      if (unit === undefined || room === undefined) return [];
      const { levelOfCare, specialties, ages = null } = unit;
      const { name: roomName, sex: roomSex, mixed = false } = room;
      const shared = inRoom.get(roomKey(bed.unit, bed.room))! > 1;
      const { id, attributes } = bed;
      const ofRoom = { roomName, roomSex, mixed, shared };
      return [[id, { id, unit: unit.id, levelOfCare, specialties, ages, ...ofRoom, attributes }]];
    }),
  );
  settings.set(configuration, made);
  return made;
}

/** What a patient needs, by who it is and by the bed request, where there is one. */
export function patientNeeds(
  patient: Pick<PatientBrief, 'sex' | 'ageBand'>,
  asked: AskedOfBed | null,
  levelOf: (unit: string) => LevelOfCare | undefined,
): PatientNeeds {
  const { sex, ageBand } = patient;
  if (asked === null)
    return { sex, ageBand, levelOfCare: null, specialty: null, unit: null, roomSex: 'any', needs: [] };
  const { toUnit: unit, needs } = asked;
  const levelOfCare = levelWanted(needs.levelOfCare, unit === null ? null : levelOf(unit));
  return { sex, ageBand, levelOfCare, specialty: needs.specialty, unit, roomSex: needs.sex, needs: needsOf(needs) };
}

/**
 * What speaks against a bed for the patient of a request, by what a board knows: the same rules as the service that decides, which
 * may know more of the others in the room. Empty where the configuration does not know the bed.
 */
export function fitOnBoard(
  configuration: FacilityData,
  beds: ReadonlyMap<string, BedInRoom>,
  bedId: string,
  request: AskedOfBed & { readonly encounterId: string; readonly patient: PatientBrief },
): Misfit[] {
  const all = bedSettings(configuration);
  const setting = all.get(bedId);
  if (setting === undefined) return [];
  const levels = new Map(configuration.units.map((u) => [u.id, u.levelOfCare]));
  const here = configuration.beds.find((b) => b.id === bedId)!;
  const others = configuration.beds.filter((b) => b.unit === here.unit && b.room === here.room && b.id !== bedId);
  const mates = others.flatMap(({ id }) => {
    const bed = beds.get(id);
    return bed === undefined ? [] : peopleOf(bed).filter((p) => p.encounterId !== request.encounterId);
  });
  const needs = patientNeeds(request.patient, request, (unit) => levels.get(unit));
  return fitOf(
    needs,
    setting,
    mates.map((m) => asRoomMate(m.needs, all.get(m.bedId)!)),
  );
}

/** Who is in a bed or has it kept, with what each needs as far as the bed tells. */
export function peopleOf(bed: BedInRoom): { bedId: string; encounterId: string; needs: PatientNeeds }[] {
  const people = [...bed.occupants, ...(bed.reservedFor === null ? [] : [bed.reservedFor])];
  return people.map(({ encounterId, patient }, i) => {
    // A bed tells the needs of who is named first in it.
    const needs: readonly Need[] = i === 0 ? bed.needs : [];
    return { bedId: bed.id, encounterId, needs: { ...patientNeeds(patient, null, () => undefined), needs } };
  });
}

function roomKey(unit: string, room: string): string {
  return `${unit}\n${room}`;
}
