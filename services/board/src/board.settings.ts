import { fileURLToPath } from 'node:url';
import { setting } from '@wardstream/service-kit';
import { z } from 'zod';

/** The built web application, beside this package. */
const builtWebApp = fileURLToPath(new URL('../../board-web/dist', import.meta.url));

export const boardSettings = {
  webDirectory: setting('WARDSTREAM_WEB_DIR', z.string().default(builtWebApp), 'Folder of the built web application.'),
  pollMs: setting(
    'WARDSTREAM_BOARD_POLL_MS',
    z.coerce.number().int().min(50).default(1_000),
    'How often a stream looks for news nobody told it of, milliseconds.',
  ),
  keepEvents: setting(
    'WARDSTREAM_BOARD_KEEP_EVENTS',
    z.coerce.number().int().min(100).default(50_000),
    "Events of a facility's stream that are kept for resuming, at most.",
  ),
  keepMinutes: setting(
    'WARDSTREAM_BOARD_KEEP_MINUTES',
    z.coerce.number().positive().default(60),
    'How long they are kept at most, minutes.',
  ),
} as const;
