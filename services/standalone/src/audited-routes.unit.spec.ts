import 'reflect-metadata';
import { type DynamicModule, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { describe, expect, it } from '@jest/globals';
import { deadLettersController, unauditedRoutes } from '@wardstream/service-kit';
import { services } from './services.js';

type Imported = Type | DynamicModule;
const listed = <T>(key: string, module: Type): T[] => (Reflect.getMetadata(key, module) as T[] | undefined) ?? [];

function controllersOf(module: Imported): Type[] {
  const isDynamic = 'module' in module;
  const type = isDynamic ? module.module : module;
  const more = isDynamic ? { controllers: module.controllers ?? [], imports: module.imports ?? [] } : undefined;
  const imports = [...listed<Imported>(MODULE_METADATA.IMPORTS, type), ...((more?.imports ?? []) as Imported[])];
  return [
    ...listed<Type>(MODULE_METADATA.CONTROLLERS, type),
    ...(more?.controllers ?? []),
    ...imports.flatMap(controllersOf),
  ];
}

describe('the audit', () => {
  it.each(services.map(({ name, module }) => [name, module] as const))(
    'has a word for every route of %s that changes something or shows patients: @Act, or @NoAct with the reason',
    (name, module) => {
      const controllers = [...controllersOf(module), deadLettersController(name)];
      expect(controllers.length).toBeGreaterThan(1);
      expect(unauditedRoutes(controllers)).toEqual([]);
    },
  );
});
