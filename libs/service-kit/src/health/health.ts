/** Whether one thing a service depends on answers. */
export interface HealthCheck {
  readonly name: string;
  /** Resolves when it is well; rejects with a reason without secrets. */
  check(): Promise<void>;
}

export interface HealthReport {
  readonly status: 'ready' | 'not-ready';
  readonly checks: Readonly<Record<string, 'ok' | string>>;
}

const CHECK_TIMEOUT_MS = 3_000;

/** Runs all checks side by side; one that does not answer within three seconds counts as failed. */
export async function reportHealth(checks: readonly HealthCheck[]): Promise<HealthReport> {
  const outcomes = await Promise.all(
    checks.map(async ({ name, check }) => {
      let timer: NodeJS.Timeout | undefined;
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error('no answer')), CHECK_TIMEOUT_MS);
        });
        await Promise.race([check(), late]);
        return [name, 'ok'] as const;
      } catch (error) {
        return [name, error instanceof Error ? error.message.slice(0, 200) : 'failed'] as const;
      } finally {
        clearTimeout(timer);
      }
    }),
  );
  return {
    status: outcomes.every(([, outcome]) => outcome === 'ok') ? 'ready' : 'not-ready',
    checks: Object.fromEntries(outcomes),
  };
}
