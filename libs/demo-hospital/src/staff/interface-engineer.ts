import { z } from 'zod';
import { interfaceEngineer } from './people.js';
import type { StaffApi } from './staff-api.js';

const listed = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      controlId: z.string().nullable(),
      errors: z.array(z.object({ field: z.string().nullish() })),
    }),
  ),
});
const whole = z.object({ text: z.string() });

/**
 * The interface engineer: puts the times right of what lies in quarantine for a time that is none, and replays it. The last one that came
 * is left to be looked at, so that there is always one.
 */
export class InterfaceEngineer {
  constructor(
    private readonly api: StaffApi,
    private readonly sender: string,
  ) {}

  async look(): Promise<void> {
    const { api } = this;
    const answer = listed.safeParse(
      await api.get(interfaceEngineer, `quarantine?sender=${encodeURIComponent(this.sender)}&limit=50`),
    );
    if (!answer.success) return;
    const known = answer.data.items.filter((m) => m.errors.some((e) => e.field === 'EVN-2'));
    for (const { id } of known.slice(1)) {
      const message = whole.safeParse(await api.get(interfaceEngineer, `quarantine/${encodeURIComponent(id)}`));
      const text = message.success ? corrected(message.data.text) : null;
      if (text !== null)
        await api.post(interfaceEngineer, `quarantine/${encodeURIComponent(id)}/replay`, text, 'application/hl7-v2');
    }
  }
}

/** The message with MSH-7 for the time that EVN-2 does not say; null where it has no such time. */
export function corrected(message: string): string | null {
  const sentAt = message.split('\r')[0]?.split('|')[6] ?? '';
  if (sentAt === '') return null;
  return message
    .split('\r')
    .map((segment) => (segment.startsWith('EVN|') ? segment.replace(/^(EVN\|[^|]*\|)[^|]*/, `$1${sentAt}`) : segment))
    .join('\r');
}
