import { actions } from './de/actions.js';
import { alerts } from './de/alerts.js';
import { app } from './de/app.js';
import { commands } from './de/commands.js';
import { conflicts } from './de/conflicts.js';
import { count } from './de/count.js';
import { house } from './de/house.js';
import { patients } from './de/patients.js';
import { search } from './de/search.js';
import { ui } from './de/ui.js';
import { unit } from './de/unit.js';

/** The German texts that every page needs; those of one page come with it (texts/parts). */
export const first = { actions, alerts, app, commands, conflicts, count, house, patients, search, ui, unit } as const;
