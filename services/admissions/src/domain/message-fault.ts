import { fieldName, type Hl7Fault, locationText } from '@wardstream/hl7v2';

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

export function isHl7Fault(fault: MessageFault): fault is Hl7Fault {
  return 'location' in fault;
}

/** A fault as it is shown: where, how bad and in words; the same names whatever the format. */
export function faultShown(fault: MessageFault): Record<string, unknown> {
  const { code, severity, text } = fault;
  if (!isHl7Fault(fault)) return { location: fault.path, field: fault.path, code, severity, text };
  return { location: locationText(fault.location), field: fieldName(fault.location), code, severity, text };
}
