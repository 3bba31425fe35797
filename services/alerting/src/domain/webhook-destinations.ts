import { z } from 'zod';

const destination = z.strictObject({
  /** Names it in the list of deliveries; its deliveries keep their order. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'name: small letters, digits and hyphens'),
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(16, 'secret: at least 16 characters'),
  /** Only alerts of these facilities; all unless given. */
  facilities: z.array(z.string()).min(1).optional(),
});
export type WebhookDestination = z.infer<typeof destination>;

/** A JSON list of destinations: `[{"name":"pager","url":"https://…","secret":"…"}]`. */
export const webhookDestinations = z
  .string()
  .default('[]')
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(
    z
      .array(destination)
      .refine((list) => new Set(list.map((d) => d.name)).size === list.length, 'two destinations have one name'),
  );

/** The destinations that are to hear of an alert of `facility`. */
export function destinationsFor(all: readonly WebhookDestination[], facility: string): WebhookDestination[] {
  return all.filter((d) => d.facilities === undefined || d.facilities.includes(facility));
}
