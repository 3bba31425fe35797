import { journeys } from './journey-suite.js';

journeys('a hospital on one box', async () => ({ mode: 'standalone' }));
