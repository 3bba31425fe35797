import { runService } from '@wardstream/service-kit';
import { alertingService } from './alerting.service.js';

await runService(alertingService);
