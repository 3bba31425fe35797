import { audit } from './en/audit.js';
import { housekeeping } from './en/housekeeping.js';
import { messages } from './en/messages.js';
import { placement } from './en/placement.js';
import { quality } from './en/quality.js';
import { ward } from './en/ward.js';
import { wall } from './en/wall.js';
import { tour } from './en/tour.js';
import { users } from './en/users.js';
import { first } from './first-en.js';

/** Every English text by its key; a text goes into the part of its page. German (de.ts) has the same keys. */
export const en = { ...first, audit, housekeeping, quality, messages, placement, tour, users, wall, ward } as const;
