/** What kind of thing somebody does. A look or a search shows patients and changes nothing. */
export type ActKind = 'command' | 'look' | 'search' | 'session';

/** What a parameter of a route's path names, where the audit keeps it. Visit numbers and names of patients are never kept. */
export type ActSubject =
  | 'alert'
  | 'bed-request'
  | 'conflict'
  | 'dead-letter'
  | 'delivery'
  | 'destination'
  | 'encounter'
  | 'message'
  | 'patient'
  | 'replay'
  | 'subscription'
  | 'user';

interface Audited {
  readonly kind: ActKind;
  /** Completes "Somebody ...". */
  readonly does: string;
  /** What the parameter `id` (or `name`) of its route's path is. */
  readonly of?: ActSubject;
}

/**
 * What is recorded in the audit, beside the permissions: a route names its act (`@Act`), or why it is none (`@NoAct`). Names are kept for
 * years: one that was used is never given another meaning, and never taken away.
 */
export const acts = {
  'bed.block': { kind: 'command', does: 'blocks a bed' },
  'bed.unblock': { kind: 'command', does: 'ends the block of a bed' },
  'bed.close': { kind: 'command', does: 'closes a bed' },
  'bed.open': { kind: 'command', does: 'opens a bed' },
  'bed.open-surge': { kind: 'command', does: 'opens a surge bed' },
  'bed.close-surge': { kind: 'command', does: 'closes a surge bed' },
  'bed.reserve': { kind: 'command', does: 'reserves a bed for a patient' },
  'bed.assign': { kind: 'command', does: 'assigns a bed to a patient' },
  'bed.release': { kind: 'command', does: 'releases a bed that was kept for a patient' },
  'bed.clean': { kind: 'command', does: 'changes the cleaning of a bed' },
  'request.make': { kind: 'command', does: 'asks for a bed' },
  'request.ready': { kind: 'command', does: 'says that a patient is ready to move', of: 'bed-request' },
  'request.cancel': { kind: 'command', does: 'withdraws a bed request', of: 'bed-request' },
  'plan.change': { kind: 'command', does: 'changes the discharge plan of a patient' },
  'conflict.close': { kind: 'command', does: 'closes a conflict', of: 'conflict' },
  'conflict.reopen': { kind: 'command', does: 'opens a conflict again', of: 'conflict' },
  'mother.name': { kind: 'command', does: 'says whose newborn a patient is', of: 'encounter' },
  'mother.withdraw': { kind: 'command', does: 'withdraws whose newborn a patient is', of: 'encounter' },
  'alert.take': { kind: 'command', does: 'takes an alert', of: 'alert' },
  'webhook.resend': { kind: 'command', does: 'sends a webhook again', of: 'delivery' },
  'webhook.skip': { kind: 'command', does: 'gives a webhook up', of: 'delivery' },
  'message.open': { kind: 'look', does: 'opens the text of a message', of: 'message' },
  'message.replay': { kind: 'command', does: 'replays a message, corrected or as it is', of: 'message' },
  'replay.start': { kind: 'command', does: 'replays messages in bulk' },
  'replay.cancel': { kind: 'command', does: 'stops a replay in bulk', of: 'replay' },
  'dead-letter.redrive': { kind: 'command', does: 'has dead letters tried again', of: 'dead-letter' },
  'dead-letter.discard': { kind: 'command', does: 'gives dead letters up', of: 'dead-letter' },
  'records.check': { kind: 'command', does: 'has the records checked' },
  'sender.reload': { kind: 'command', does: 'changes sender profiles' },
  'destination.open': { kind: 'look', does: 'opens what is sent to a destination', of: 'destination' },
  'destination.resend': { kind: 'command', does: 'sends something to a destination again', of: 'destination' },
  'destination.skip': { kind: 'command', does: 'gives up what was to be sent to a destination', of: 'destination' },
  'destination.pause': { kind: 'command', does: 'pauses a destination', of: 'destination' },
  'destination.resume': { kind: 'command', does: 'resumes a destination', of: 'destination' },
  'subscription.create': { kind: 'command', does: 'makes a subscription' },
  'subscription.change': { kind: 'command', does: 'changes a subscription', of: 'subscription' },
  'subscription.remove': { kind: 'command', does: 'removes a subscription', of: 'subscription' },
  'patient.look': { kind: 'look', does: 'looks at a patient or a visit' },
  'patient.search': { kind: 'search', does: 'looks for patients' },
  'audit.search': { kind: 'search', does: 'looks into the audit' },
  'audit.export': { kind: 'search', does: 'takes a copy of the audit' },
  'audit.heads': { kind: 'look', does: 'takes a copy of the signed ends of the audit' },
  'session.begin': { kind: 'session', does: 'signs in' },
  'session.refuse': { kind: 'session', does: 'fails to sign in' },
  'session.end': { kind: 'session', does: 'signs out' },
  'session.revoke': { kind: 'session', does: 'ends the session of somebody', of: 'user' },
  'access.break-glass': { kind: 'session', does: 'takes more access than usual, for a reason' },
  'user.create': { kind: 'command', does: 'adds a user', of: 'user' },
  'user.change': { kind: 'command', does: 'changes a user, or what they may do', of: 'user' },
  'user.remove': { kind: 'command', does: 'removes a user', of: 'user' },
  'user.change-secret': { kind: 'command', does: 'changes a password, a PIN, a passkey or a key', of: 'user' },
  'rules.change': { kind: 'command', does: 'changes rules' },
} as const satisfies Readonly<Record<string, Audited>>;

export type ActName = keyof typeof acts;

/** Completes "Somebody ...". Of acts that a later version recorded their name. */
export function whatActDoes(act: string): string {
  return Object.hasOwn(acts, act) ? acts[act as ActName].does : act;
}
