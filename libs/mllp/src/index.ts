export * from './client-connection.js';
export * from './client.js';
export * from './framing.js';
export * from './server-connection.js';
