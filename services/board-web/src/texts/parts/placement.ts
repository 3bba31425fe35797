import { placement as german } from '../de/placement.js';
import { placement as english } from '../en/placement.js';
import { addTexts, language } from '../texts.js';

addTexts({ placement: language === 'de' ? german : english });

export { t } from '../texts.js';
