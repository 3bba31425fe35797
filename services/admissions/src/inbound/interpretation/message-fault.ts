import type { MessageFault as ShownFault } from '@wardstream/api-contract';
import { fault, fieldName, type Hl7Fault, locationText } from '@wardstream/hl7v2';

/** One thing wrong with a message that is not HL7 v2. `text` never quotes a patient's data. */
export interface PathFault {
  /** Where: a FHIRPath or a JSON pointer, as its format says it. */
  readonly path: string;
  /** Code of its format, e.g. a FHIR IssueType. */
  readonly code: string;
  /** E: the message was not taken. W: it was taken, and somebody should look. */
  readonly severity: 'E' | 'W';
  readonly text: string;
}

export type MessageFault = Hl7Fault | PathFault;

export function isHl7Fault(of: MessageFault): of is Hl7Fault {
  return 'location' in of;
}

/** That processing failed: in the terms of the message's format, and nothing of what is in it. */
export function processingFailed(isHl7: boolean, error: unknown): MessageFault {
  const text = `Processing failed: ${error instanceof Error ? error.name : 'unknown'}`;
  return isHl7 ? fault({ segment: 'MSH' }, 207, text) : { path: '', code: 'processing-failed', severity: 'E', text };
}

/** A fault as it is shown: where, how bad and in words; the same names whatever the format. */
export function faultShown(shown: MessageFault): ShownFault {
  const { code, severity, text } = shown;
  if (!isHl7Fault(shown)) return { location: shown.path, field: shown.path, code, severity, text };
  return { location: locationText(shown.location), field: fieldName(shown.location), code, severity, text };
}
