import { describe } from '@jest/globals';
import { CommandHouse } from '../commands/command-house.js';
import { commandTable } from '../commands/command-table.js';
import { actsInScope } from './acts-in-scope.js';
import { closedRoutes } from './closed-routes.js';

describe('who may do and see what', () => {
  const house = new CommandHouse();
  closedRoutes(house, 'CMD');
  actsInScope(house, commandTable);
});
