export { type AuditReport, type KnownEnd, verifyAudit, type VerifiedChain } from './verify-audit.js';
