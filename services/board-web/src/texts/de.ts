import { audit } from './de/audit.js';
import { housekeeping } from './de/housekeeping.js';
import { messages } from './de/messages.js';
import { placement } from './de/placement.js';
import { quality } from './de/quality.js';
import { ward } from './de/ward.js';
import { wall } from './de/wall.js';
import { tour } from './de/tour.js';
import { users } from './de/users.js';
import { first } from './first-de.js';
import type { Texts } from './texts.js';

/** Every German text; the compiler refuses a key that is missing or unknown, a test one whose values differ. */
export const de: Texts = { ...first, audit, housekeeping, quality, messages, placement, tour, users, wall, ward };
