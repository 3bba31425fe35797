import { closedRoutes } from '../access/closed-routes.js';
import { edgeAnswers } from '../edge/edge-answers.js';
import { journeys } from './journey-suite.js';

journeys(
  'every service as its own process',
  async () => ({ mode: 'stack' }),
  (of) => {
    edgeAnswers(of);
    closedRoutes(of, 'NGH');
  },
);
