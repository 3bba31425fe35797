import { runService } from '@wardstream/service-kit';
import { boardService } from './board.service.js';

await runService(boardService);
