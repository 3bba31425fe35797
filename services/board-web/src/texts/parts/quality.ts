import { quality as german } from '../de/quality.js';
import { quality as english } from '../en/quality.js';
import { addTexts, language } from '../texts.js';

addTexts({ quality: language === 'de' ? german : english });

export { t } from '../texts.js';
