import 'reflect-metadata';
import { RequestMethod, type DynamicModule, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';

type Imported = Type | DynamicModule;

const listed = <T>(key: string, module: Type): T[] => (Reflect.getMetadata(key, module) as T[] | undefined) ?? [];

/** The paths that the controllers of a module and of those it imports answer, a parameter as `x`. */
export function controllerRoutes(module: Imported): string[] {
  const isDynamic = 'module' in module;
  const type = isDynamic ? module.module : module;
  const controllers = [
    ...listed<Type>(MODULE_METADATA.CONTROLLERS, type),
    ...(isDynamic ? (module.controllers ?? []) : []),
  ];
  const imports = [
    ...listed<Imported>(MODULE_METADATA.IMPORTS, type),
    ...(isDynamic ? ((module.imports ?? []) as Imported[]) : []),
  ];
  return [...controllers.flatMap(routesOf), ...imports.flatMap(controllerRoutes)];
}

function routesOf(controller: Type): string[] {
  const prefixes = pathsAt(controller);
  const handlers = Object.getOwnPropertyNames(controller.prototype)
    .map((name) => (controller.prototype as Record<string, unknown>)[name])
    .filter((handler): handler is object => typeof handler === 'function')
    .filter((handler) => Reflect.getMetadata(METHOD_METADATA, handler) in RequestMethod);
  return handlers.flatMap((handler) =>
    prefixes.flatMap((prefix) => pathsAt(handler).map((path) => joined(prefix, path))),
  );
}

const pathsAt = (target: object): string[] => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

function joined(...parts: readonly string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.map((segment) => (segment.startsWith(':') ? 'x' : segment)).join('/')}`;
}
