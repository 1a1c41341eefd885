import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const greeting = '220 bench';
const answers = { DATA: '354 go on', QUIT: '221 bye' };

/**
 * A mail server that takes every mail and keeps none (RFC 5321). It is stopped by `cleanup`.
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<string>} its URL
 */
export async function startMailSink(cleanup) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    converse(socket);
  });
  await new Promise((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  cleanup.add(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `smtp://127.0.0.1:${server.address().port}`;
}

function converse(socket) {
  const say = (text) => socket.writable && socket.write(`${text}\r\n`);
  let isMail = false;
  say(greeting);
  createInterface({ input: socket }).on('line', (line) => {
    if (isMail && line !== '.') return;
    const command = isMail ? '.' : line.slice(0, 4).toUpperCase();
    isMail = command === 'DATA';
    say(answers[command] ?? '250 ok');
    if (command === 'QUIT') socket.end();
  });
}
