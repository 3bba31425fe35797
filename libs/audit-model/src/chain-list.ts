import { digest } from '@wardstream/kernel';
import type { AuditFault } from './chain-verifier.js';
import type { Seal, SealChecker, Sealed } from './seal.js';

/** Stands where a seal names a facility, in the seal of which chains there are. */
export const ALL_CHAINS = '*';

/** What is sealed of which chains there are, so that none can be taken away as a whole. */
export function chainList(facilities: readonly string[]): Sealed {
  const names = [...new Set(facilities)].sort();
  const hash = digest(JSON.stringify(names));
  return { kind: 'chains', facility: ALL_CHAINS, seq: names.length, hash, arrivedAt: null };
}

/** Why these chains are not those that were sealed; empty where they are. */
export function chainListFaults(facilities: readonly string[], seal: Seal | null, checker: SealChecker): AuditFault[] {
  const fault = (text: string): AuditFault[] => [{ facility: ALL_CHAINS, seq: facilities.length, kind: 'seal', text }];
  if (seal === null) return facilities.length === 0 ? [] : fault('The seal of which chains there are is missing.');
  const bad = seal.kind === 'chains' ? checker.faultOf(seal) : 'is no seal of that';
  if (bad !== null) return fault(`The seal of which chains there are ${bad}.`);
  const { seq, hash } = chainList(facilities);
  if (hash === seal.hash) return [];
  return fault(`There are ${seq} chains, and they are not the ${seal.seq} that there were.`);
}
