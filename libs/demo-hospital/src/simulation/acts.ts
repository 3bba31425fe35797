import type { BedNeeds, Sex } from '@wardstream/events';

/** The departments' systems, as MSH-3 names them. */
export const senders = ['NGH-ADT', 'NGH-ED', 'NGH-THEATRE'] as const;
export type Sender = (typeof senders)[number];

export type Trigger =
  'A01' | 'A02' | 'A03' | 'A04' | 'A05' | 'A06' | 'A08' | 'A09' | 'A10' | 'A11' | 'A12' | 'A13' | 'A21' | 'A22';

/** A place as PV1 names it. Without room and bed: in the unit, in no bed of it (a waiting area, a chair). */
export interface Spot {
  readonly unit: string;
  readonly room?: string;
  readonly bed?: string;
  /** Id of the bed in the facility. */
  readonly bedId?: string;
}

/** Who the visit is about. All invented. */
export interface Person {
  readonly mrn: string;
  readonly family: string;
  readonly given: string;
  /** YYYYMMDD */
  readonly born: string;
  readonly sex: Extract<Sex, 'female' | 'male'>;
}

/** What a message says of a visit at the moment it is written. */
export interface VisitLine {
  readonly number: string;
  readonly person: Person;
  /** PV1-2: E, I or P. */
  readonly class: 'E' | 'I' | 'O' | 'P';
  /** PV1-10 */
  readonly service: string;
  /** PV1-7: code, family name, given name. */
  readonly doctor: readonly [string, string, string];
  /** PV1-44 */
  readonly admittedAt: number | null;
  /** PV1-45 */
  readonly dischargedAt: number | null;
  /** PV1-36 (HL7 table 0112), of a discharge. */
  readonly disposition: string | null;
}

interface TimedAct {
  /** Place in the run, from 0 without a gap: the cursor counts in it. */
  readonly index: number;
  /** When the department's system sends it. Acts leave the simulation in this order. */
  readonly sendAt: number;
  /** When it happened; before `sendAt` where somebody was late to record it. */
  readonly at: number;
  /** What it touches: `visit:…`, `bed:…`. Two acts that share a key must take effect in order. */
  readonly keys: readonly string[];
}

/** An HL7 v2 message of a department's system. */
export interface MessageAct extends TimedAct {
  readonly type: 'message';
  readonly sender: Sender;
  readonly trigger: Trigger;
  /** Unique among all messages of a run, the same whenever the run is regenerated (MSH-10). */
  readonly controlId: string;
  readonly visit: VisitLine;
  /** PV1-3 */
  readonly location: Spot | null;
  /** PV1-6 */
  readonly prior: Spot | null;
  /** PV1-11, of A09: where the patient is for the time being. */
  readonly away: Spot | null;
  /** PV2-8 of A05, PV2-47 of A21. */
  readonly expectedAt: number | null;
  /** PV2-9: when the stay is expected to end, of inpatients. */
  readonly expectedEnd: number | null;
  /**
   * What the sending system gets wrong, where it does. `bed`: the patient is put into a bed that is another's. `time`: a time that
   * is none, so that the message cannot be taken as it is.
   */
  readonly mistake?: 'bed' | 'time';
}

/** An A20: what a department's system says of a bed, whoever is in it. */
export interface BedStatusAct extends TimedAct {
  readonly type: 'bed-status';
  readonly sender: Sender;
  /** As that of a message about a visit. */
  readonly controlId: string;
  readonly spot: Spot;
  /** HL7 table 0116: unoccupied, occupied. */
  readonly code: 'U' | 'O';
}

/** A call of the HTTP API by a department's system. `at` of the act is the event time it gives. */
export interface CommandAct extends TimedAct {
  readonly type: 'command';
  readonly command: Command;
}

export type BedAction =
  | { readonly do: 'reserve'; readonly visitNumber: string; readonly until: number }
  | { readonly do: 'assign'; readonly visitNumber: string }
  | { readonly do: 'release'; readonly visitNumber: string }
  | { readonly do: 'block'; readonly reason: string; readonly note: string; readonly until: number }
  | { readonly do: 'unblock' }
  | { readonly do: 'close'; readonly reason: string; readonly until: number | null }
  | { readonly do: 'open' }
  | { readonly do: 'open-surge' }
  | { readonly do: 'close-surge' }
  | {
      readonly do: 'cleaning/request';
      readonly kind: 'standard' | 'terminal';
      readonly priority: 'normal' | 'next';
    }
  /** The crew went away without cleaning. */
  | { readonly do: 'cleaning/cancel'; readonly reason: string }
  | { readonly do: 'cleaning/claim'; readonly claimedBy: string }
  /** With the crew where nobody claimed it before: units that clean for themselves. */
  | { readonly do: 'cleaning/start'; readonly claimedBy?: string }
  | { readonly do: 'cleaning/complete' };

export interface BedRequest {
  readonly source: 'ED' | 'Theatre' | 'Move' | 'Hospital' | 'Direct' | 'Elective';
  readonly toUnit: string;
  readonly priority: 'routine' | 'urgent' | 'stat';
  readonly needs: BedNeeds;
  readonly decisionToAdmitAt: number | null;
}

export type Command =
  | ({ readonly on: 'bed'; readonly bedId: string } & BedAction)
  | ({ readonly on: 'bed-request'; readonly do: 'request'; readonly visitNumber: string } & BedRequest)
  | { readonly on: 'bed-request'; readonly do: 'ready-to-move' | 'cancel'; readonly visitNumber: string }
  | {
      readonly on: 'discharge-plan';
      readonly do: 'pending';
      readonly visitNumber: string;
      readonly expectedAt: number;
    }
  | {
      readonly on: 'discharge-plan';
      readonly do: 'confirm';
      readonly visitNumber: string;
      readonly waitingFor: string | null;
    }
  | { readonly on: 'discharge-plan'; readonly do: 'cancel'; readonly visitNumber: string };

/** One timed act of a department. */
export type DepartmentAct = MessageAct | BedStatusAct | CommandAct;
