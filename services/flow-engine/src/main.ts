import { runService } from '@wardstream/service-kit';
import { flowEngine } from './flow-engine.service.js';

await runService(flowEngine);
