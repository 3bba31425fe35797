import { messages as german } from '../de/messages.js';
import { messages as english } from '../en/messages.js';
import { addTexts, language } from '../texts.js';

addTexts({ messages: language === 'de' ? german : english });

export { t } from '../texts.js';
