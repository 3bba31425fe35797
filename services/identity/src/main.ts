import { runService } from '@wardstream/service-kit';
import { identityService } from './identity.service.js';

await runService(identityService);
