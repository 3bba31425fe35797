import { runService } from '@wardstream/service-kit';
import { bedManagementService } from './bed-management.service.js';
await runService(bedManagementService);
