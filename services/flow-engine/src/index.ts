export { flowEngine } from './flow-engine.service.js';
