import { ward as german } from '../de/ward.js';
import { ward as english } from '../en/ward.js';
import { addTexts, language } from '../texts.js';

addTexts({ ward: language === 'de' ? german : english });

export { t } from '../texts.js';
