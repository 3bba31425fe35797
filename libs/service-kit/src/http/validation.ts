import { StandardSchemaValidationPipe } from '@nestjs/common';
import { DomainError } from '@wardstream/kernel';

/**
 * Checks every parameter that names a schema (`@Body({ schema })`, `@Query({ schema })`, `@Param({ schema })`) and hands the
 * parsed value on. A refusal names each field and what is wrong with it, never the value.
 */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const errors = issues.slice(0, 50).map((issue) => ({
        path: (issue.path ?? []).map((p) => String(typeof p === 'object' ? p.key : p)).join('.'),
        message: issue.message,
      }));
      const first = errors[0];
      const detail = first
        ? `${first.path === '' ? 'The request' : first.path}: ${first.message}`
        : 'The request is not valid.';
      return new DomainError('invalid', 'validation-failed', detail, { errors });
    },
  });
}
