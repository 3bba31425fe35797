import { closedRoutes } from '../edge/closed-routes.js';
import { journeys } from './journey-suite.js';

journeys('every service as its own process', async () => ({ mode: 'stack' }), closedRoutes);
