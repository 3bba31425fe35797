import { acts, type ActName, whatActDoes } from '@wardstream/access';
import type { ChainedEntry } from '@wardstream/audit-model';
import { NO_FACILITY } from '@wardstream/events';

const AUDIT_TYPES = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const INTERACTIONS = 'http://hl7.org/fhir/restful-interaction';
const OWN_ACTS = 'urn:wardstream:act';
const ENTITY_TYPES = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const SOURCE_TYPES = 'http://terminology.hl7.org/CodeSystem/security-source-type';

type Coding = { readonly system: string; readonly code: string; readonly display?: string };

/** R (read), E (execute) or U (update), by what kind of act it is; of acts of a later version E. */
function actionOf(act: string): 'R' | 'E' | 'U' {
  const kind = Object.hasOwn(acts, act) ? acts[act as ActName].kind : undefined;
  if (kind === 'look') return 'R';
  return kind === 'command' ? 'U' : 'E';
}

function typeOf(act: string): Coding {
  if (act.startsWith('session.')) return { system: DICOM, code: '110114', display: 'User Authentication' };
  if (act.startsWith('user.') || act === 'rules.change')
    return { system: DICOM, code: '110113', display: 'Security Alert' };
  if (act.startsWith('audit.')) return { system: DICOM, code: '110101', display: 'Audit Log Used' };
  return { system: AUDIT_TYPES, code: 'rest', display: 'RESTful Operation' };
}

function subtypeOf(act: string): Coding[] {
  const action = actionOf(act);
  const kind = Object.hasOwn(acts, act) ? acts[act as ActName].kind : undefined;
  const interaction = kind === 'search' ? 'search' : action === 'R' ? 'read' : action === 'U' ? 'update' : null;
  return [
    { system: OWN_ACTS, code: act, display: whatActDoes(act) },
    ...(interaction === null ? [] : [{ system: INTERACTIONS, code: interaction }]),
  ];
}

/** An act as FHIR R4 has it. What it was done to is told by the ids of this server. */
export function auditEventOf(entry: ChainedEntry) {
  const { facility, seq, act, outcome, code, at, arrivedAt, subject, roles, from, service, bed, about } = entry;
  const done = outcome === 'done';
  const things = [
    ...entry.encounters.map((id) => ({
      what: { reference: `Encounter/${id}` },
      type: { system: ENTITY_TYPES, code: '2', display: 'System Object' },
    })),
    ...(bed === null ? [] : [{ what: { identifier: { system: 'urn:wardstream:bed', value: bed } }, name: bed }]),
    ...(about === null ? [] : [{ what: { identifier: { system: 'urn:wardstream:about', value: about } } }]),
  ];
  return {
    resourceType: 'AuditEvent' as const,
    id: entry.id,
    meta: { lastUpdated: arrivedAt },
    type: typeOf(act),
    subtype: subtypeOf(act),
    action: actionOf(act),
    recorded: at,
    outcome: done ? '0' : outcome === 'refused' ? '4' : '8',
    ...(code === null ? {} : { outcomeDesc: code }),
    agent: [
      {
        ...(roles.length === 0 ? {} : { role: roles.map((role) => ({ text: role })) }),
        ...(subject === null
          ? { name: 'not known' }
          : { who: { identifier: { system: 'urn:wardstream:subject', value: subject } } }),
        requestor: true,
        ...(from === null ? {} : { network: { address: from, type: '2' } }),
      },
    ],
    source: {
      ...(facility === NO_FACILITY ? {} : { site: facility }),
      observer: { display: `Wardstream ${service}` },
      type: [{ system: SOURCE_TYPES, code: '4', display: 'Application Server' }],
    },
    ...(things.length === 0 ? {} : { entity: things }),
    extension: [
      { url: 'urn:wardstream:audit-place', valueString: `${facility} ${seq}` },
      { url: 'urn:wardstream:audit-hash', valueString: entry.hash },
    ],
  };
}
