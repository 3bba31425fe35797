import { audit as german } from '../de/audit.js';
import { audit as english } from '../en/audit.js';
import { addTexts, language } from '../texts.js';

addTexts({ audit: language === 'de' ? german : english });

export { t } from '../texts.js';
