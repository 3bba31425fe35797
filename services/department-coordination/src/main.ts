import { runService } from '@wardstream/service-kit';
import { departmentCoordinationService } from './department-coordination.service.js';
await runService(departmentCoordinationService);
