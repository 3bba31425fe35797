import { users as german } from '../de/users.js';
import { users as english } from '../en/users.js';
import { addTexts, language } from '../texts.js';

addTexts({ users: language === 'de' ? german : english });

export { t } from '../texts.js';
