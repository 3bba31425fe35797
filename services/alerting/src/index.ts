export { alertingService } from './alerting.service.js';
