/** Where in a message, as ERL writes it: segment, occurrence of the segment, field, component. */
export interface FieldLocation {
  readonly segment: string;
  readonly occurrence?: number;
  readonly field?: number;
  readonly component?: number;
}

/** HL7 table 0357 codes that Wardstream answers with. */
export const errorCodes = {
  100: 'Segment sequence error',
  101: 'Required field missing',
  102: 'Data type error',
  103: 'Table value not found',
  200: 'Unsupported message type',
  201: 'Unsupported event code',
  202: 'Unsupported processing id',
  203: 'Unsupported version id',
  204: 'Unknown key identifier',
  205: 'Duplicate key identifier',
  207: 'Application internal error',
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** One thing wrong with a message. `text` never quotes a patient's data. */
export interface Hl7Fault {
  readonly location: FieldLocation;
  readonly code: ErrorCode;
  /** E: the message was not taken. W: it was taken, and somebody should look. */
  readonly severity: 'E' | 'W';
  readonly text: string;
}

export function fault(location: FieldLocation, code: ErrorCode, text: string, severity: 'E' | 'W' = 'E'): Hl7Fault {
  return { location, code, severity, text };
}

/** 'EVN-2', as people say it. */
export function fieldName(location: FieldLocation): string {
  return location.field === undefined ? location.segment : `${location.segment}-${location.field}`;
}

/** 'EVN^1^2', as ERR-2 says it. */
export function locationText(location: FieldLocation, separator = '^'): string {
  const parts: (string | number)[] = [location.segment, location.occurrence ?? 1];
  if (location.field !== undefined) parts.push(location.field);
  if (location.field !== undefined && location.component !== undefined) parts.push('1', location.component);
  return parts.join(separator);
}
