export { admissionsService } from './admissions.service.js';
export { MllpListener } from './mllp/mllp.listener.js';
