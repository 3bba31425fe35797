export { flowEngineService } from './flow-engine.service.js';
