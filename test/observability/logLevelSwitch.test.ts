import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { LogLevelSwitch } from '../../src/observability/logLevelSwitch.js';
import { createLogger } from '../../src/observability/logger.js';

describe('the switch of the log level', () => {
  it('says at every level which one it has now, and holds for children that exist', () => {
    const destination = new PassThrough();
    const logger = createLogger({ env: 'production', logLevel: 'critical' }, destination);
    const grandchild = logger.child({ worker: 1 }).child({}, { redact: [] });
    const level = new LogLevelSwitch(logger, 'critical');
    grandchild.error('before');
    level.turn();
    expect(level.isSwitched).to.equal(true);
    grandchild.debug('during');
    level.turn();
    expect(level.isSwitched).to.equal(false);
    grandchild.error('after');
    const lines = String(destination.read()).trim().split('\n');
    const said = lines.map((line) => JSON.parse(line) as { msg: string; log_level?: string });
    expect(said.map(({ msg, log_level: now }) => now ?? msg)).to.deep.equal(['debug', 'during', 'critical']);
  });
});
