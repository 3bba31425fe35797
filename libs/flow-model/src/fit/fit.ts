import type { Isolation, LevelOfCare, Need, Sex } from '@wardstream/events';

/** What is known of a patient that a bed must suit. Null: nobody has said. */
export interface PatientNeeds {
  readonly sex: Sex;
  /** Decade of age, '60s'. */
  readonly ageBand: string | null;
  /** What the bed request asks for, see `levelWanted`. */
  readonly levelOfCare: LevelOfCare | null;
  readonly specialty: string | null;
  /** The unit asked for. */
  readonly unit: string | null;
  /** The sex the room is to be for, where the request says one: it goes before the patient's own. */
  readonly roomSex: 'female' | 'male' | 'any';
  /** Isolation, telemetry and equipment. */
  readonly needs: readonly Need[];
}

/** A bed with what its room and unit are, as the hospital file says. */
export interface BedSetting {
  readonly id: string;
  readonly unit: string;
  readonly levelOfCare: LevelOfCare;
  readonly specialties: readonly string[];
  /** Whole years the unit takes, both ends included. */
  readonly ages: { readonly from: number; readonly to: number } | null;
  readonly roomName: string;
  readonly roomSex: 'female' | 'male' | 'any';
  /** Men and women may share the room. */
  readonly mixed: boolean;
  /** The room has other beds. */
  readonly shared: boolean;
  readonly attributes: readonly Need[];
}

/** Somebody who is in another bed of the room, or for whom one is kept. */
export interface RoomMate {
  readonly sex: 'female' | 'male' | null;
  readonly ageBand: string | null;
  /** What others of the room can catch or bring: what they are isolated for, and their own bed does not keep apart. */
  readonly isolations: readonly Need[];
}

export const misfitCodes = [
  'room-sex',
  'room-mates-sex',
  'isolation',
  'room-mates-isolation',
  'level-of-care',
  'equipment',
  'age',
  'sex-not-known',
  'sex-as-asked',
  'higher-level-of-care',
  'specialty',
  'other-unit',
] as const;
export type MisfitCode = (typeof misfitCodes)[number];

/** One thing that the patient needs and the bed does not give. No personal data beyond what a tile shows. */
export interface Misfit {
  readonly code: MisfitCode;
  /** `hard`: a command is refused unless a person says why it is right all the same. `soft`: a warning. */
  readonly severity: 'hard' | 'soft';
  readonly needed: string;
  readonly given: string;
  readonly words: string;
}

const isolationKinds: readonly Need[] = ['airborne', 'droplet', 'contact', 'protective'];
/** What a bed must have; the rest of the equipment is better there than not. */
const must: readonly Need[] = ['negative', 'telemetry', 'bariatric', 'oxygen'];
const provides: Readonly<Record<LevelOfCare, readonly LevelOfCare[]>> = {
  ward: ['ward'],
  'step-down': ['step-down', 'ward'],
  icu: ['icu', 'step-down', 'ward'],
  ed: ['ed'],
  recovery: ['recovery'],
  maternity: ['maternity'],
  neonatal: ['neonatal'],
};
/** Each place of such a unit counts as a room of its own. */
const openPlan: readonly LevelOfCare[] = ['ed', 'recovery'];
/** Where the sex of those in the same room does not matter. */
const mixedLevels: readonly LevelOfCare[] = ['icu', 'neonatal', ...openPlan];
const newbornLevels: readonly LevelOfCare[] = ['maternity', 'neonatal'];
const forWhom = { female: 'women', male: 'men' } as const;
const child = '0s';

/**
 * What the bed does not give of what the patient needs, the hard ones first: the one rule of fit, for the server that checks a
 * command, for what the house suggests and for what a page shows. `roomMates` are those of the other beds of the room.
 */
export function fitOf(patient: PatientNeeds, bed: BedSetting, roomMates: readonly RoomMate[]): Misfit[] {
  const mates = isShared(bed) ? roomMates : [];
  const found = [
    ...sexMisfits(patient, bed, mates),
    ...isolationMisfits(patient, bed, mates),
    ...levelMisfits(patient, bed),
    ...equipmentMisfits(patient, bed),
    ...ageMisfits(patient, bed),
    ...serviceMisfits(patient, bed),
  ];
  return [...found.filter((m) => m.severity === 'hard'), ...found.filter((m) => m.severity === 'soft')];
}

export function isIsolation(kind: Need): boolean {
  return isolationKinds.includes(kind);
}

export function isHard(misfit: Misfit): boolean {
  return misfit.severity === 'hard';
}

/** What a patient in `bed` is to others in its room. */
export function asRoomMate(patient: PatientNeeds, bed: Pick<BedSetting, 'attributes'>): RoomMate {
  const isolations = isolationsOf(patient).filter((kind) => kind === 'airborne' || !bed.attributes.includes(kind));
  return { sex: placingSex(patient), ageBand: patient.ageBand, isolations };
}

/** Isolation, telemetry and equipment of a request, each once. */
export function needsOf(asked: {
  readonly isolation: Isolation;
  readonly telemetry: boolean;
  readonly equipment: readonly Need[];
}): Need[] {
  const { isolation, telemetry, equipment } = asked;
  const first: Need[] = [...(isolation === 'none' ? [] : [isolation]), ...(telemetry ? (['telemetry'] as const) : [])];
  return [...new Set([...first, ...equipment])];
}

/**
 * The level of care that a request asks for. 'ward' is also what a request says that says nothing: then the unit it names
 * decides.
 */
export function levelWanted(asked: LevelOfCare, ofUnit: LevelOfCare | null | undefined): LevelOfCare {
  return asked === 'ward' ? (ofUnit ?? 'ward') : asked;
}

/** Whether a unit of level `given` can care for a patient who needs `wanted`. */
export function levelGives(given: LevelOfCare, wanted: LevelOfCare): boolean {
  return provides[given].includes(wanted);
}

function isShared(bed: BedSetting): boolean {
  return bed.shared && !openPlan.includes(bed.levelOfCare);
}

function placingSex({ sex, roomSex }: PatientNeeds): 'female' | 'male' | null {
  if (roomSex !== 'any') return roomSex;
  return sex === 'female' || sex === 'male' ? sex : null;
}

function isolationsOf(patient: PatientNeeds): Need[] {
  return isolationKinds.filter((kind) => patient.needs.includes(kind));
}

function sexMisfits(patient: PatientNeeds, bed: BedSetting, mates: readonly RoomMate[]): Misfit[] {
  const sex = placingSex(patient);
  const isNewborn = patient.ageBand === child && newbornLevels.includes(bed.levelOfCare);
  if (isNewborn) return [];
  const misfits: Misfit[] = [];
  const matters = !bed.mixed && !mixedLevels.includes(bed.levelOfCare);
  const others = matters ? mates.filter((m) => m.sex !== null && !areChildren(m, patient)) : [];
  if (sex === null) {
    if (bed.roomSex === 'any' && others.length === 0) return [];
    const given = bed.roomSex === 'any' ? forWhom[others[0]!.sex!] : forWhom[bed.roomSex];
    return [
      soft(
        'sex-not-known',
        patient.sex,
        given,
        `${bed.roomName} is for ${given}; the patient's sex is ${patient.sex}.`,
      ),
    ];
  }
  if (bed.roomSex !== 'any' && bed.roomSex !== sex)
    misfits.push(hard('room-sex', forWhom[sex], forWhom[bed.roomSex], roomSexWords(bed, sex)));
  const different = others.find((m) => m.sex !== sex && !isNewbornMate(m, bed));
  if (different !== undefined) {
    const given = forWhom[different.sex!];
    misfits.push(
      hard(
        'room-mates-sex',
        forWhom[sex],
        given,
        `${bed.roomName} has ${given} in it; the place is for a ${one[sex]}.`,
      ),
    );
  }
  const own = patient.sex === 'female' || patient.sex === 'male' ? patient.sex : null;
  if (own !== null && own !== sex)
    misfits.push(
      soft('sex-as-asked', sex, own, `The request asks for a place for ${forWhom[sex]}; the patient is ${own}.`),
    );
  return misfits;
}

const one = { female: 'woman', male: 'man' } as const;

function roomSexWords(bed: BedSetting, sex: 'female' | 'male'): string {
  const other = sex === 'female' ? 'male' : 'female';
  return `${bed.roomName} is for ${forWhom[other]}; the place is for a ${one[sex]}.`;
}

function areChildren(mate: RoomMate, patient: PatientNeeds): boolean {
  return mate.ageBand === child && patient.ageBand === child;
}

function isNewbornMate(mate: RoomMate, bed: BedSetting): boolean {
  return mate.ageBand === child && newbornLevels.includes(bed.levelOfCare);
}

function isolationMisfits(patient: PatientNeeds, bed: BedSetting, mates: readonly RoomMate[]): Misfit[] {
  const own = isolationsOf(patient);
  const misfits = own.flatMap((kind): Misfit[] => {
    if (keepsApart(kind, bed, mates)) return [];
    const given = kind === 'airborne' && !hasNegative(bed) ? 'no negative pressure' : 'a shared room';
    return [
      hard('isolation', kind, given, `The patient needs ${kind} isolation; bed ${bed.id} is in ${inRoom(given)}.`),
    ];
  });
  const brought = isolationKinds.filter(
    (kind) => mates.some((m) => m.isolations.includes(kind)) && (kind === 'protective' || !own.includes(kind)),
  );
  for (const kind of brought) {
    const needed = own.length === 0 ? 'no isolation' : own.join(', ');
    const words = `${bed.roomName} has a patient in ${kind} isolation; this patient needs ${needed}.`;
    misfits.push(hard('room-mates-isolation', needed, kind, words));
  }
  return misfits;
}

function inRoom(given: string): string {
  return given === 'a shared room' ? given : `a room with ${given}`;
}

function hasNegative(bed: BedSetting): boolean {
  return bed.attributes.includes('negative') || bed.attributes.includes('airborne');
}

/** By its room, by its own attributes, or because all in the room are isolated for the same (a cohort). */
function keepsApart(kind: Need, bed: BedSetting, mates: readonly RoomMate[]): boolean {
  const alone = !isShared(bed);
  const cohort = kind !== 'protective' && mates.length > 0 && mates.every((m) => m.isolations.includes(kind));
  if (kind === 'airborne') return hasNegative(bed) && (alone || mates.length === 0 || cohort);
  return alone || bed.attributes.includes(kind) || cohort;
}

function levelMisfits({ levelOfCare: wanted }: PatientNeeds, bed: BedSetting): Misfit[] {
  const { levelOfCare: given, id } = bed;
  if (wanted === null || wanted === given) return [];
  const words = `The patient needs ${levelWords[wanted]}; bed ${id} gives ${levelWords[given]}.`;
  if (!levelGives(given, wanted)) return [hard('level-of-care', wanted, given, words)];
  return [soft('higher-level-of-care', wanted, given, words)];
}

const levelWords: Readonly<Record<LevelOfCare, string>> = {
  ward: 'ward care',
  'step-down': 'step-down care',
  icu: 'intensive care',
  ed: 'emergency care',
  recovery: 'recovery care',
  maternity: 'maternity care',
  neonatal: 'neonatal care',
};

function equipmentMisfits({ needs }: PatientNeeds, bed: BedSetting): Misfit[] {
  return needs
    .filter((n) => !isIsolation(n) && !bed.attributes.includes(n))
    .map((n) => {
      const given = bed.attributes.length === 0 ? 'none' : bed.attributes.join(', ');
      const words = `The patient needs ${needWords[n] ?? n}; bed ${bed.id} does not have it.`;
      return must.includes(n) ? hard('equipment', n, given, words) : soft('equipment', n, given, words);
    });
}

const needWords: Readonly<Partial<Record<Need, string>>> = {
  negative: 'negative pressure',
  bariatric: 'a bariatric bed',
  falls: 'fall precautions',
  watch: 'close watch',
};

function ageMisfits({ ageBand }: PatientNeeds, bed: BedSetting): Misfit[] {
  const decade = ageBand === null ? null : Number.parseInt(ageBand, 10);
  if (ageBand === null || decade === null || Number.isNaN(decade)) return [];
  if (bed.levelOfCare === 'neonatal' && decade > 0)
    return [hard('age', ageBand, 'newborns', `Bed ${bed.id} is for newborns; the patient is in the ${ageBand}.`)];
  if (bed.ages === null) return [];
  const { from, to } = bed.ages;
  const takes = `ages ${from} to ${to}`;
  const words = `Unit ${bed.unit} takes ${takes}; the patient is in the ${ageBand}.`;
  if (decade > to || decade + 9 < from) return [hard('age', ageBand, takes, words)];
  return decade < from || decade + 9 > to ? [soft('age', ageBand, takes, words)] : [];
}

function serviceMisfits({ specialty, unit }: PatientNeeds, bed: BedSetting): Misfit[] {
  const misfits: Misfit[] = [];
  if (specialty !== null && bed.specialties.length > 0 && !bed.specialties.includes(specialty)) {
    const given = bed.specialties.join(', ');
    misfits.push(
      soft('specialty', specialty, given, `Unit ${bed.unit} is for ${given}; the patient is of ${specialty}.`),
    );
  }
  if (unit !== null && unit !== bed.unit)
    misfits.push(soft('other-unit', unit, bed.unit, `The request is for ${unit}; bed ${bed.id} is on ${bed.unit}.`));
  return misfits;
}

function hard(code: MisfitCode, needed: string, given: string, words: string): Misfit {
  return { code, severity: 'hard', needed, given, words };
}

function soft(code: MisfitCode, needed: string, given: string, words: string): Misfit {
  return { code, severity: 'soft', needed, given, words };
}
