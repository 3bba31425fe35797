import 'reflect-metadata';
import { type DynamicModule, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { deadLettersController } from '../dead-letters.controller.js';
import type { ServiceDefinition } from '../service-definition.js';

type Imported = Type | DynamicModule;
const named = <T>(key: string, of: object): T | undefined => Reflect.getMetadata(key, of) as T | undefined;
const every = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The controllers of a service: those of its module, of the modules that it imports, and that of its dead letters. */
export function controllersOf({ name, module }: Pick<ServiceDefinition, 'name' | 'module'>): Type[] {
  return [...controllersIn(module), deadLettersController(name)];
}

function controllersIn(module: Imported): Type[] {
  const isDynamic = 'module' in module;
  const type = isDynamic ? module.module : module;
  const more = isDynamic ? { controllers: module.controllers ?? [], imports: module.imports ?? [] } : undefined;
  const imports = [
    ...(named<Imported[]>(MODULE_METADATA.IMPORTS, type) ?? []),
    ...((more?.imports ?? []) as Imported[]),
  ];
  return [
    ...(named<Type[]>(MODULE_METADATA.CONTROLLERS, type) ?? []),
    ...(more?.controllers ?? []),
    ...imports.flatMap(controllersIn),
  ];
}

/**
 * Every route that a service answers by its controllers, also those that its description leaves out: `GET /api/v1/alerts/{id}`. One for any
 * method is named with each of them; `*` stands for any path.
 */
export function routesOf(service: Pick<ServiceDefinition, 'name' | 'module'>): string[] {
  return controllersOf(service).flatMap((controller) => {
    const bases = [named<string | string[]>(PATH_METADATA, controller) ?? ''].flat();
    const prototype = controller.prototype as Record<string, unknown>;
    // Those of the classes that it extends, too.
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (typeof handler !== 'function') return [];
      const method = named<RequestMethod>(METHOD_METADATA, handler);
      const paths = named<string | string[]>(PATH_METADATA, handler);
      // A consumer of events is no route.
      if (method === undefined || paths === undefined) return [];
      const methods = method === RequestMethod.ALL ? every : [RequestMethod[method]];
      return bases.flatMap((base) =>
        [paths].flat().flatMap((path) => methods.map((one) => `${one} ${pathOf(base, path)}`)),
      );
    });
  });
}

function pathOf(base: string, path: string): string {
  const segments = `${base}/${path}`.split('/').filter((segment) => segment !== '');
  return `/${segments.join('/').replaceAll(/:(\w+)/g, '{$1}')}`;
}
