import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDataSource, isConnectionFailure, outliveErrors } from './index.js';

const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
/** It takes statements, and it ends: in one packet, as a server does that goes down as somebody connects. */
const readyAndGone = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0')),
]);

/** An error that nobody listens for would end the process: here, the test run. */
describe('a server that ends a connection in the moment it begins', () => {
  let server: Server;
  let url: string;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(readyAndGone));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `postgres://nobody:none@127.0.0.1:${(server.address() as AddressInfo).port}/none`;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('fails the first statement of a data source, as a lost database', async () => {
    const dataSource = createDataSource({ url, schema: 'none', poolSize: 2, applicationName: 'test' });
    const error = await dataSource.initialize().catch((e: unknown) => e);
    expect(isConnectionFailure(error)).toBe(true);
  });

  it('fails the first statement on a connection of a pool', async () => {
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    pool.on('connect', outliveErrors);
    pool.on('error', () => undefined);
    const connection = await pool.connect();
    const error = await connection.query('SELECT 1').catch((e: unknown) => e);
    expect(isConnectionFailure(error)).toBe(true);
    connection.release(true);
    await pool.end();
  });
});
