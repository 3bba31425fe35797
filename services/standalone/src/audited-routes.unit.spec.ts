import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { controllersOf, unauditedRoutes } from '@wardstream/service-kit';
import { services } from './services.js';

describe('the audit', () => {
  it.each(services.map(({ name, module }) => [name, module] as const))(
    'has a word for every route of %s that changes something or shows patients: @Act, or @NoAct with the reason',
    (name, module) => {
      const controllers = controllersOf({ name, module });
      expect(controllers.length).toBeGreaterThan(1);
      expect(unauditedRoutes(controllers)).toEqual([]);
    },
  );
});
