import { writeFileSync } from 'node:fs';
import { services } from '@wardstream/standalone/services';
import { describeService, faultsOf } from './description.ts';
import { topologyFiles, urlOf } from './files.ts';

const described = services.map(describeService);
const faults = faultsOf(described);
if (faults.length > 0) throw new Error(faults.join('\n'));
for (const [path, text] of await topologyFiles(described)) writeFileSync(urlOf(path), text);
