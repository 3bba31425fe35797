import { accountCommands } from './account-commands.js';
import { bedCommands } from './bed-commands.js';
import type { Command } from './command.js';
import { departmentCommands } from './department-commands.js';
import { fhirCommands } from './fhir-commands.js';
import { intakeCommands } from './intake-commands.js';
import { operationsCommands } from './operations-commands.js';

/** Every command of the product's interface: a new route needs a row, which a test asks for. */
export const commandTable: readonly Command[] = [
  ...bedCommands,
  ...departmentCommands,
  ...intakeCommands,
  ...fhirCommands,
  ...operationsCommands,
  ...accountCommands,
];
