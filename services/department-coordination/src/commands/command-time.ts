export { requestTime as time } from '@wardstream/service-kit';
