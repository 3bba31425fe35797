/** How a stored message is written: an HL7 v2 message, a FHIR resource or bundle, a CloudEvent, the decision of a person. */
export const messageFormats = ['hl7v2', 'fhir', 'event', 'decision'] as const;
export type MessageFormat = (typeof messageFormats)[number];
