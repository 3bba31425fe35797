import { ApiResponse } from '@nestjs/swagger';
import type { Answerable } from '@wardstream/api-contract';
import type { z } from 'zod';

type Handler<S extends z.ZodType> = (...given: never[]) => Answerable<S> | Promise<Answerable<S>>;

/**
 * Names the schema of the contract by which a handler answers with `status`: the API description shows it, and a handler that gives
 * something else does not compile. Nothing is checked while the service runs.
 */
export function Answers<S extends z.ZodType>(schema: S, status = 200) {
  return <H extends Handler<S>>(target: object, name: string | symbol, method: TypedPropertyDescriptor<H>): void =>
    describe(schema, status)(target, name, method);
}

/** As `Answers`, for a handler that writes its answer itself. */
export function AnswersByItself(schema: z.ZodType, status = 200) {
  return <H>(target: object, name: string | symbol, method: TypedPropertyDescriptor<H>): void =>
    describe(schema, status)(target, name, method);
}

function describe(schema: z.ZodType, status: number) {
  const shown = ApiResponse({ status, standardSchema: schema, description: schema.description ?? '' });
  return <H>(target: object, name: string | symbol, method: TypedPropertyDescriptor<H>): void =>
    void shown(target, name, method);
}
