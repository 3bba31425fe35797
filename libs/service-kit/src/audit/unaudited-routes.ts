import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { type Permission, showsPatients } from '@wardstream/access';
import { PERMISSION_KEY } from '../access/allow.js';
import { ACT_KEY, type RouteAct } from './act.js';

const changesNothing: ReadonlySet<RequestMethod> = new Set([
  RequestMethod.GET,
  RequestMethod.HEAD,
  RequestMethod.OPTIONS,
]);

/**
 * The routes of these controllers that change something or show patients, and say neither which act they are nor why none: a line each. Empty
 * where the audit has a word for all of them.
 */
export function unauditedRoutes(controllers: readonly Type[]): string[] {
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, unknown>;
    // Those of the classes that it extends, too.
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (typeof handler !== 'function' || Reflect.getMetadata(PATH_METADATA, handler) === undefined) return [];
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      // A consumer of events is no route.
      if (method === undefined) return [];
      const said = <T>(key: string): T | undefined =>
        (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as T | undefined;
      const permission = said<Permission>(PERMISSION_KEY);
      const isNeeded = !changesNothing.has(method) || (permission !== undefined && showsPatients(permission));
      if (!isNeeded || said<RouteAct>(ACT_KEY) !== undefined) return [];
      return [`${controller.name}.${name} (${RequestMethod[method]})`];
    });
  });
}
