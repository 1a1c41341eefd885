import http from 'node:http';
import https from 'node:https';
import { readConfig } from './config/config.js';

/**
 * Asks the server that runs here with the same settings whether it lives, as containers do. Exit codes: 0 when it does,
 * 1 when it does not. It asks itself, so the certificate need not name this address.
 */
const { host, port, tls } = readConfig();
// For the whole answer, not for each silence in it.
const signal = AbortSignal.timeout(2500);
const target = { host, port, path: '/health/live', signal, rejectUnauthorized: false };
const request = (tls ? https : http).get(target);
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('error', () => process.exit(1));
