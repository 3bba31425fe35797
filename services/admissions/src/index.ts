export { admissionsService } from './admissions.service.js';
export { MllpListener } from './inbound/index.js';
