export { boardService } from './board.service.js';
