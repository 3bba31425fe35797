import { runService } from '@wardstream/service-kit';
import { admissionsService } from './admissions.service.js';

await runService(admissionsService);
