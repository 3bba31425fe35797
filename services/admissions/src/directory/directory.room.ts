import { Directories } from './directories.js';
import { FacilityConfiguredConsumer } from './facility-configured.consumer.js';

/** What of this room Nest makes; `AdmissionsModule` joins the rooms. */
export const directoryRoom = {
  controllers: [FacilityConfiguredConsumer],
  providers: [Directories],
};
