import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { AdmissionsHouse } from '../../testing/admissions-house.spec.js';
import { movementRecords } from './movement-records.suite.spec.js';

movementRecords('the topic of the departments in PostgreSQL', async () => {
  const house = await AdmissionsHouse.start();
  const log = new PostgresEventLog({ url: house.url });
  return {
    house,
    anyBytes: false,
    send: (topic, records) =>
      log.append(
        records.map(({ key, value, headers }) => ({
          ...{ topic, key: String(key ?? ''), value: String(value ?? '') },
          headers: {
            ...(headers as Record<string, string>),
            ...(value === null ? { 'wardstream-value-encoding': 'null' } : {}),
          },
        })),
      ),
    close: async () => {
      await log.close();
      await house.remove();
    },
  };
});
