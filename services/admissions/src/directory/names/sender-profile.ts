import { AHEAD_MINUTES, type MovementFact, type SentPlace } from '@wardstream/events';
import type { BedStatusCode, CharacterRule, IdentifierRules, MappingOptions, PlaceComponents } from '@wardstream/hl7v2';
import { PlaceMap, type PlaceRule } from './place-rules.js';

/** Whom a profile is for. */
export interface SenderMatch {
  /** MSH-3, the `source` of a CloudEvent, or the name of a FHIR client; `*` is any. */
  readonly applications: readonly string[];
  /** MSH-4; any where empty. */
  readonly sendingFacilities: readonly string[];
}

/** How far the triggers of a sender are trusted. */
export interface TriggerTrust {
  /** Only these are taken; all where null. */
  readonly take: readonly string[] | null;
  readonly ignore: readonly string[];
  readonly refuse: readonly string[];
}

/** What is configured of a sending application. Plain data: it is kept as it is, so that what was read by it can be read again. */
export interface SenderProfile {
  readonly match: SenderMatch;
  /** Its name on the board. */
  readonly name: string | null;
  /** Its facility, where MSH-4 does not name one. */
  readonly facility: string | null;
  /** IANA zone of times without offset; the facility's where null. */
  readonly timeZone: string | null;
  readonly characterSet: CharacterRule | null;
  readonly triggers: TriggerTrust;
  readonly identifiers: {
    readonly patient: NonNullable<IdentifierRules['patient']> | null;
    readonly visit: NonNullable<IdentifierRules['visit']> | null;
    /** What an assigning authority is called here, by what the sender calls it; '' is none. */
    readonly authorities: Readonly<Record<string, string>>;
    /** The authority of identifiers that come without one; '' is none. */
    readonly withoutAuthority: string;
  };
  readonly places: {
    readonly components: PlaceComponents | null;
    readonly map: readonly PlaceRule[];
    /** Whether a facility that PV1-3 names is the house the message speaks of; else that is MSH-4's. */
    readonly routes?: boolean;
  };
  /** Codes of table 0116 by local codes, in capitals. */
  readonly bedStatus: Readonly<Record<string, BedStatusCode>>;
  /** Whether a bed status of a unit or room is one of all its beds; else it is of no bed. */
  readonly bedStatusOfWholePlaces?: boolean;
  /** Whether MSH-15 and MSH-16 say what is answered (enhanced mode); else every message is answered AA, AE or AR. */
  readonly acknowledgement?: 'original' | 'enhanced';
  /** Processing ids (MSH-11) that are taken; all unless said. */
  readonly processingIds?: readonly ProcessingId[];
  /** Patient classes (table 0004) by local codes, in capitals. */
  readonly classes: Readonly<Record<string, string>>;
  readonly times?: {
    /** How far its clock may be ahead, minutes; the usual where the profile says nothing. */
    readonly aheadMinutes?: number;
    /** Which field an A01 counts from; as any movement where the profile says nothing. */
    readonly admission?: 'PV1-44';
  };
  /** Classes, in the terms of this house, whose patients lie in no bed. */
  readonly inNoBed?: readonly string[];
  /** Facilities that it may speak of, by id or alias; any unless said. */
  readonly facilities?: readonly string[];
  readonly connection?: SenderConnection;
  /** What an A08 changes; `times`, and an A01 that says an admission again: when and how the visit began and ended. */
  readonly updates: { readonly place: boolean; readonly class: boolean; readonly times?: boolean };
}

/** How a sender connects over MLLP. */
export interface SenderConnection {
  /** Without a byte for so long its connection is closed, 0 never; as every connection unless said. */
  readonly idleSeconds?: number;
  /** Addresses and networks that it may send from; any unless said. */
  readonly addresses?: readonly string[];
  /** SHA-256 fingerprints, or subjects, of certificates that it may send with; any unless said. */
  readonly certificates?: readonly string[];
}

/** What becomes of a trigger of this sender. */
export type Trust = 'take' | 'ignore' | 'refuse';

/** HL7 table 0103: debugging, production, training. */
export const processingIds = ['D', 'P', 'T'] as const;
export type ProcessingId = (typeof processingIds)[number];

/** Patient classes of table 0004. */
export const patientClasses = ['E', 'I', 'O', 'P', 'R', 'B', 'C', 'N', 'U'] as const;
const knownClasses: ReadonlySet<string> = new Set(patientClasses);

/** How far ahead of its receipt a message of this sender may say that something happened, milliseconds. */
export function aheadMsOf(sender: Sender | undefined): number {
  return (sender?.profile.times?.aheadMinutes ?? AHEAD_MINUTES) * 60_000;
}

/** Whether a class is one of the table, or says nothing. */
export function isKnownClass(code: string | null): boolean {
  return code === null || knownClasses.has(code);
}

/** A profile made ready to be used: its rules are compiled once and asked for every message. */
export class Sender {
  private readonly places: PlaceMap;
  private readonly options: Omit<MappingOptions, 'timeZone'>;
  private readonly changes: MovementFact['changes'];
  /** What of the times of the visit a message of this sender corrects. */
  private readonly corrects: NonNullable<MovementFact['changes']>;

  constructor(
    /** The same for the same profile; kept with every message that was read by it. */
    readonly id: string,
    readonly profile: SenderProfile,
  ) {
    this.places = new PlaceMap(profile.places.map);
    const { patient, visit, authorities } = profile.identifiers;
    this.options = {
      places: profile.places.components ?? undefined,
      bedStatus: profile.bedStatus,
      admission: profile.times?.admission,
      identifiers: {
        visit: visit ?? undefined,
        // An authority may be named as the sender calls it, and as it is called here.
        patient:
          patient === null
            ? undefined
            : { ...patient, authorities: patient.authorities.flatMap((a) => [a, ...namesOf(a, authorities)]) },
      },
    };
    const { place, class: patientClass, times } = profile.updates;
    // A sender whose PV1-44 is when an admission happened says so in its A08, too, unless its profile denies it.
    const admission = times ?? profile.times?.admission !== undefined;
    this.corrects = [
      ...(admission ? (['admission'] as const) : []),
      ...(times === true ? (['discharge'] as const) : []),
    ];
    const changes = [...(place ? (['place'] as const) : []), ...(patientClass ? (['class'] as const) : [])];
    this.changes = changes.length > 0 ? changes : undefined;
  }

  /** How messages of this sender are mapped to facts, in the zone of the profile or else `zone`. */
  mapping(zone: string): MappingOptions {
    return { ...this.options, timeZone: this.profile.timeZone ?? zone };
  }

  trust(trigger: string): Trust {
    const { take, ignore, refuse } = this.profile.triggers;
    if (refuse.includes(trigger)) return 'refuse';
    if (ignore.includes(trigger) || (take !== null && !take.includes(trigger))) return 'ignore';
    return 'take';
  }

  /** Whether messages of this processing id (MSH-11) are taken; an empty one is production. */
  takesProcessingId(id: string): boolean {
    const { processingIds: taken } = this.profile;
    return taken === undefined || (taken as readonly string[]).includes(id === '' ? 'P' : id);
  }

  /** Whether it may speak of this facility. `idOf`: the facility of an id or alias. */
  speaksOf(facility: string, idOf: (name: string) => string | undefined): boolean {
    const { facilities } = this.profile;
    return facilities === undefined || facilities.some((name) => idOf(name) === facility);
  }

  place(sent: SentPlace | null): SentPlace | null {
    return sent === null ? null : this.places.map(sent);
  }

  /**
   * A fact in the terms of the house: its places, its class, the authorities of its identifiers, and what an update may change.
   * To be applied once, to a fact as it was sent. Total: any fact gives a fact.
   */
  translate(fact: MovementFact): MovementFact {
    const { visit, patient, retires } = fact;
    const code = fact.class;
    const patientClass =
      code !== null && Object.hasOwn(this.profile.classes, code) ? this.profile.classes[code]! : code;
    const inNoBed = patientClass !== null && this.profile.inNoBed?.includes(patientClass) === true;
    return {
      ...fact,
      visit: visit === null ? null : { ...visit, domain: this.authority(visit.domain) },
      patient: patient.id === null ? patient : { ...patient, domain: this.authority(patient.domain) },
      ...(retires === null || retires === undefined
        ? {}
        : { retires: { ...retires, domain: this.authority(retires.domain) } }),
      class: patientClass,
      ...(inNoBed ? { inNoBed } : {}),
      location: this.place(fact.location),
      priorLocation: this.place(fact.priorLocation),
      pendingLocation: this.place(fact.pendingLocation),
      temporaryLocation: this.place(fact.temporaryLocation),
      ...this.changesOf(fact),
    };
  }

  private changesOf({ kind, stay }: MovementFact): Pick<MovementFact, 'changes'> {
    const corrects = stay === undefined || (kind !== 'update' && kind !== 'admit') ? [] : this.corrects;
    const changes = [...(kind === 'update' ? (this.changes ?? []) : []), ...corrects];
    return changes.length === 0 ? {} : { changes };
  }

  private authority(sent: string | null): string | null {
    const { authorities, withoutAuthority } = this.profile.identifiers;
    if (sent === null) return withoutAuthority || null;
    return (Object.hasOwn(authorities, sent) ? authorities[sent]! : sent) || null;
  }
}

function namesOf(authority: string, aliases: Readonly<Record<string, string>>): string[] {
  return Object.entries(aliases).flatMap(([alias, name]) => (name === authority ? [alias] : []));
}

/** The senders in force, found by who sends. */
export class SenderRegistry {
  private readonly byKey = new Map<string, Sender>();
  private readonly byId: ReadonlyMap<string, Sender>;

  constructor(readonly senders: readonly Sender[]) {
    this.byId = new Map(senders.map((sender) => [sender.id, sender]));
    for (const sender of senders) for (const key of keysOf(sender.profile.match)) this.byKey.set(key, sender);
  }

  /** The sender of a profile that is in force. */
  withId(id: string): Sender | undefined {
    return this.byId.get(id);
  }

  /** The profile that names both, else the application, else the facility. */
  find(application: string, sendingFacility: string): Sender | undefined {
    return (
      this.byKey.get(keyOf(application, sendingFacility)) ??
      this.byKey.get(keyOf(application, '')) ??
      this.byKey.get(keyOf('*', sendingFacility)) ??
      this.byKey.get(keyOf('*', ''))
    );
  }
}

export const noSenders = new SenderRegistry([]);

/** What a profile is found by; no two profiles may have one in common. */
export function keysOf({ applications, sendingFacilities }: SenderMatch): string[] {
  const facilities = sendingFacilities.length === 0 ? [''] : sendingFacilities;
  return applications.flatMap((application) => facilities.map((facility) => keyOf(application, facility)));
}

function keyOf(application: string, sendingFacility: string): string {
  return `${application}\u0000${sendingFacility}`;
}
