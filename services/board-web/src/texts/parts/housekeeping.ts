import { housekeeping as german } from '../de/housekeeping.js';
import { housekeeping as english } from '../en/housekeeping.js';
import { addTexts, language } from '../texts.js';

addTexts({ housekeeping: language === 'de' ? german : english });

export { t } from '../texts.js';
