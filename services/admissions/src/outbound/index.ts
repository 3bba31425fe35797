/** What other systems are told: ADT and bed states over MLLP, FHIR notifications. */

export { outboundRoom } from './outbound.room.js';
