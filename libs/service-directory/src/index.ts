export { ambiguousRoutes, routeTable, type ServiceRoutes } from './route-table.js';
export { serviceFor, type ServiceName, serviceNames } from './service-for.js';
