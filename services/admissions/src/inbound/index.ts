/** What comes in, by whatever way: it is interpreted, kept, acknowledged and processed. */
export { textOfText } from './events/event-texts.js';
export { MOVEMENTS_GROUP } from './events/movement-records.consumer.js';
export { type Incoming, Intake, NotDurable } from './intake/intake.js';
export type { NormalizedMessage } from './interpretation/interpret-normalized.js';
export { interpret } from './interpretation/interpret.js';
export { faultShown, isHl7Fault, type MessageFault, type PathFault } from './interpretation/message-fault.js';
export type { MessageFormat } from './interpretation/message-format.js';
export { identify } from './interpretation/message-identity.js';
export { type Disposition, needsVisit, type Verdict } from './interpretation/verdict.js';
export {
  countMessages,
  type ListedMessage,
  listMessages,
  type MessageFilter,
  messageTexts,
  readMessage,
  whereOf,
} from './persistence/message-reads.rows.js';
export {
  faultsOfMessage,
  findMessage,
  isToBeProcessed,
  interpretable,
  kept,
  type KeptMessage,
  markReplayed,
  putPending,
  updateVerdicts,
} from './persistence/message.rows.js';
export { allProfiles } from './persistence/sender-profile.rows.js';
export { factsOfMessage } from './processing/message-facts.js';
export { MessageListener } from './processing/message-listener.js';
export { PatientsUnderWay } from './processing/patients-under-way.js';
export { Processor } from './processing/processor.js';
export type { ReceivedMessage } from './processing/received-message.js';
export { SenderProfiles } from './senders/sender-profiles.js';
export { MllpListener } from './mllp/mllp.listener.js';
export { inboundRoom } from './inbound.room.js';
