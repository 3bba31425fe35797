import { EncounterConflictController } from './conflicts/conflict.controller.js';
import { DecideConflict } from './conflicts/decide-conflict.js';
import { MotherController } from './conflicts/mother.controller.js';
import { PatientDecisions } from './conflicts/patient-decisions.js';
import { EncountersController } from './reads/encounters.controller.js';
import { RestateEncounters } from './restate/restate.js';
import { PatientsController } from './search/patients.controller.js';
import { SearchPatients } from './search/search-patients.js';

/** What of this room Nest makes; `AdmissionsModule` joins the rooms. */
export const encountersRoom = {
  controllers: [EncounterConflictController, EncountersController, MotherController, PatientsController],
  providers: [DecideConflict, PatientDecisions, RestateEncounters, SearchPatients],
};
