import { ApiProduces } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, checkFacility, noteAct, type User } from '@wardstream/service-kit';
import { checkPresent, FHIR_JSON, type FhirAnswer, FhirController, type Writing } from './fhir-http.js';
import { FhirRefusal } from './fhir-refusal.js';
import { systemsOf } from './reads/client-domains.js';
import { FhirKnowledge } from './reads/fhir-knowledge.js';
import { patientView, readKnownPatient } from './reads/stored-patients.js';
import { resourceInteractions } from './resource.controller.js';
import { WritePatient } from './writes/write-patient.js';

const interactions = resourceInteractions({
  type: 'Patient',
  permission: 'patient.read',
  look: Act('patient.look'),
  one: 'One patient, as much as the role may see (FHIR R4)',
  present: 'One patient in their present version, as much as the role may see (FHIR R4)',
  create: 'Create a patient (FHIR R4)',
  updateFound: 'Create or update the patient of an identifier (FHIR R4)',
  update: 'Create or update a patient (FHIR R4)',
});

/**
 * Patients by FHIR R4, the least of them: gender; the identifier for department systems and whoever sees names; names and dates of birth
 * only for those who see them on /api/v1/encounters.
 */
@FhirController()
@ApiProduces(FHIR_JSON)
export class PatientController extends interactions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly knowledge: FhirKnowledge,
    private readonly writes: WritePatient,
  ) {
    super();
  }

  write(writing: Writing): Promise<FhirAnswer> {
    return this.writes.write(writing);
  }

  async read(user: User, id: string, version: string | null): Promise<FhirAnswer> {
    const known = await this.unitOfWork.read((tx) => readKnownPatient(tx, id));
    if (known !== undefined) checkFacility(user, known === 'unplaced' ? null : known.facility);
    if (known === undefined) throw FhirRefusal.of(404, 'not-found', 'There is no such Patient');
    if (known === 'unplaced') {
      throw FhirRefusal.of(404, 'not-found', 'The Patient is kept, and is served once its facility is known here');
    }
    noteAct({ facility: known.facility });
    checkPresent('a Patient', version, known.versionId);
    const resource = patientView(id, known, user, systemsOf(this.knowledge.domainsOf(user.subject)));
    return { status: 200, resource, versionId: known.versionId };
  }
}
