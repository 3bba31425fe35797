import { runService } from '@wardstream/service-kit';
import { flowEngineService } from './flow-engine.service.js';

await runService(flowEngineService);
