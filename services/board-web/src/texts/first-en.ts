import { actions } from './en/actions.js';
import { alerts } from './en/alerts.js';
import { app } from './en/app.js';
import { commands } from './en/commands.js';
import { conflicts } from './en/conflicts.js';
import { count } from './en/count.js';
import { house } from './en/house.js';
import { patients } from './en/patients.js';
import { search } from './en/search.js';
import { ui } from './en/ui.js';
import { unit } from './en/unit.js';

/** The English texts that every page needs; those of one page come with it (texts/parts). */
export const first = { actions, alerts, app, commands, conflicts, count, house, patients, search, ui, unit } as const;
