import type { Readiness } from '@wardstream/api-contract';

/** Whether one thing a service depends on answers. */
export interface HealthCheck {
  readonly name: string;
  /** Its failure is told and does not make the service unready: it works on with what it has. */
  readonly advisory?: boolean;
  /** Resolves when it is well; rejects with a reason without secrets. */
  check(): Promise<void>;
}

export type HealthReport = Readiness;

/** What a service tells beside its readiness, by name: how far outside systems are behind, and the like. No personal data. */
export class HealthDetails {
  private readonly byName = new Map<string, unknown>();

  set(name: string, detail: unknown): void {
    this.byName.set(name, detail);
  }

  remove(name: string): void {
    this.byName.delete(name);
  }

  report(): Record<string, unknown> {
    return Object.fromEntries(this.byName);
  }
}

const CHECK_TIMEOUT_MS = 3_000;

/** Runs all checks side by side; one that does not answer within three seconds counts as failed. */
export async function reportHealth(
  checks: readonly HealthCheck[],
  details: readonly HealthDetails[] = [],
): Promise<HealthReport> {
  const outcomes = await Promise.all(
    checks.map(async (one) => {
      const { name } = one;
      let timer: NodeJS.Timeout | undefined;
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error('no answer')), CHECK_TIMEOUT_MS);
        });
        await Promise.race([one.check(), late]);
        return { name, outcome: 'ok', ready: true };
      } catch (error) {
        const outcome = error instanceof Error ? error.message.slice(0, 200) : 'failed';
        return { name, outcome, ready: one.advisory === true };
      } finally {
        clearTimeout(timer);
      }
    }),
  );
  const told = Object.assign({}, ...details.map((d) => d.report())) as Record<string, unknown>;
  return {
    ...(Object.keys(told).length === 0 ? {} : { details: told }),
    status: outcomes.every(({ ready }) => ready) ? 'ready' : 'not-ready',
    checks: Object.fromEntries(outcomes.map(({ name, outcome }) => [name, outcome])),
  };
}
