import { expect } from 'chai';
import { RestartPause } from '../../src/processes/restartPause.js';

const hour = 3_600_000;

describe('the pause before a worker is replaced', () => {
  it('is none at first, and grows with each worker that ends early, up to half a minute', () => {
    const pause = new RestartPause();
    const pauses = [hour, 0, 0, 59_000, 0, 0, 0, 0].map((ranMs) => pause.after(ranMs));
    expect(pauses).to.deep.equal([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('is none again when one has run for more than a minute', () => {
    const pause = new RestartPause();
    expect([0, 0, 0, 61_000, 0].map((ranMs) => pause.after(ranMs))).to.deep.equal([0, 1000, 2000, 0, 1000]);
  });
});
