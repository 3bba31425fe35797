export { appended, chainOf, type ChainHead, emptyChain, hashOf } from './chain.js';
export { ALL_CHAINS, chainList, chainListFaults } from './chain-list.js';
export { type AuditFault, type ChainSeals, ChainVerifier } from './chain-verifier.js';
export { type AuditEntry, canonicalEntry, type ChainedEntry, FORM } from './entry.js';
export { fingerprintOf, type Seal, SealChecker, type Sealed, type SealingKey, sealingKey } from './seal.js';
