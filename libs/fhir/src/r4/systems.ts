/** Code systems and other names of FHIR R4 and THO that are read or written here. */
export const systems = {
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  nullFlavor: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor',
  patientClass: 'http://terminology.hl7.org/CodeSystem/v2-0004',
  eventType: 'http://terminology.hl7.org/CodeSystem/v2-0003',
  hospitalService: 'http://terminology.hl7.org/CodeSystem/v2-0069',
  bedStatus: 'http://terminology.hl7.org/CodeSystem/v2-0116',
  identifierType: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  physicalType: 'http://terminology.hl7.org/CodeSystem/location-physical-type',
  roleCode: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  notificationEvent: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event',
  securityService: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
  /** A class of PV1-2 that is local to a hospital. */
  localClass: 'urn:wardstream:fhir:patient-class',
  /** A bed's state as Wardstream knows it, where table 0116 has no code for it. */
  bedState: 'urn:wardstream:fhir:bed-state',
  /** Refusal codes, the same as in problem+json. */
  refusal: 'urn:wardstream:fhir:refusal',
} as const;

/** Extensions that are read or written here. */
export const extensions = {
  /** Location: the bed's own state (valueCode). Table 0116 has no reserved, cleaning or blocked. */
  bedState: 'urn:wardstream:fhir:bed-state',
  /** Location: the facts put more than one patient into the bed (valueBoolean). */
  disputed: 'urn:wardstream:fhir:disputed',
  /** Location: something told of the bed has not been applied since then, and it may be taken (valueDateTime). */
  notCertainSince: 'urn:wardstream:fhir:not-certain-since',
  /** Location: the configuration has no such bed any more; it stays until it is left (valueDateTime). */
  notListedSince: 'urn:wardstream:fhir:not-listed-since',
  /** Encounter: the one that it was merged into, and that goes on (valueReference). R4 has no element for it. */
  mergedInto: 'urn:wardstream:fhir:merged-into',
  /** Encounter: when the discharge is expected (valueDateTime); R5's Encounter.plannedEndDate, as R4 may carry it. */
  plannedEnd: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate',
} as const;

/** Identifier systems of ours. */
export const identifierSystems = {
  /** A bed, room, unit or facility by its code here. */
  place: 'urn:wardstream:fhir:place',
  /** A place as a sender wrote it, `unit^room^bed`, where the facility knows none such. */
  sentPlace: 'urn:wardstream:fhir:sent-place',
  /** A resource's logical id, where it is all that names a visit or a patient. */
  logicalId: 'urn:wardstream:fhir:id',
} as const;
