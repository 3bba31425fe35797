import { runService } from '@wardstream/service-kit';
import { auditService } from './audit.service.js';

await runService(auditService);
