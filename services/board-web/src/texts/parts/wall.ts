import { wall as german } from '../de/wall.js';
import { wall as english } from '../en/wall.js';
import { addTexts, language } from '../texts.js';

addTexts({ wall: language === 'de' ? german : english });

export { t } from '../texts.js';
