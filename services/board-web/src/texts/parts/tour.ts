import { tour as german } from '../de/tour.js';
import { tour as english } from '../en/tour.js';
import { addTexts, language } from '../texts.js';

addTexts({ tour: language === 'de' ? german : english });

export { t } from '../texts.js';
