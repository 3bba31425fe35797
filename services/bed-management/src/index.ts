export { bedManagementService } from './bed-management.service.js';
