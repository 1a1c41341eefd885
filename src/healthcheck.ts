import http from 'node:http';
import https from 'node:https';
import { localHost } from './bootstrap/listenAddress.js';
import { readConfig } from './config/config.js';

/**
 * The container's health check: exits with 0 if the server with the same settings is alive, else with 1. The certificate need not
 * name this address.
 */
const { host, port, tls } = readConfig();
// Limits the whole request, unlike `timeout`.
const signal = AbortSignal.timeout(2500);
const target = { host: localHost(host), port, path: '/health/live', signal, rejectUnauthorized: false };
const request = (tls ? https : http).get(target);
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('error', () => process.exit(1));
