export { departmentCoordinationService } from './department-coordination.service.js';
