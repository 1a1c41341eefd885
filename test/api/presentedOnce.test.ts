import { expect } from 'chai';
import { jsonOf, presentedOnce } from '../../src/api/presentedOnce.js';

const present = ({ name }: { name: string }): { name: string; length: number } => ({ name, length: name.length });

describe('presentedOnce', () => {
  it('shows what the presenter shows, and writes the same JSON', () => {
    const source = { name: 'Ada "the first" Lovelace' };
    const view = presentedOnce(present)(source);
    expect(view).to.deep.equal(present(source));
    expect(jsonOf(view)).to.equal(JSON.stringify(present(source)));
  });

  it('presents a record once, and each record for itself', () => {
    let calls = 0;
    const presentOnce = presentedOnce((source: { name: string }) => {
      calls += 1;
      return present(source);
    });
    const [one, other] = [{ name: 'Ada' }, { name: 'Ada' }];
    expect(presentOnce(one)).to.equal(presentOnce(one));
    expect(presentOnce(other)).not.to.equal(presentOnce(one));
    expect(calls).to.equal(2);
  });

  it('gives views that nobody can change', () => {
    const view = presentedOnce(present)({ name: 'Ada' });
    expect(() => Object.assign(view, { name: 'Eve' })).to.throw(TypeError);
  });
});

describe('jsonOf', () => {
  it('is JSON.stringify for every other body', () => {
    for (const body of [{ a: [1, null] }, [], 'text', 1, true, null])
      expect(jsonOf(body)).to.equal(JSON.stringify(body));
  });
});
