export { type FirstAccount, FirstAccounts } from './accounts/first-accounts.js';
export { identityService } from './identity.service.js';
