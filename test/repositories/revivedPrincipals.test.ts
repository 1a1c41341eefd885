import { expect } from 'chai';
import type { Principal } from '../../src/domain/principal.js';
import { RevivedPrincipals } from '../../src/redis/revivedPrincipals.js';

function principalOf(sessionId: string, changes: Partial<Principal['user']> = {}): Principal {
  const at = new Date('2026-01-02T03:04:05.678Z');
  const names = { firstName: 'Grace', lastName: 'Hopper', email: 'grace@example.com' };
  const state = { role: 'user', isActive: true, emailVerifiedAt: at, createdAt: at, updatedAt: at } as const;
  return {
    sessionId,
    expiresAt: new Date('2026-02-03T04:05:06.789Z'),
    user: { id: 'u1', ...names, ...state, ...changes },
  };
}

describe('principals made of text', () => {
  const principals = [principalOf('s1'), principalOf('s1', { emailVerifiedAt: null, role: 'admin', isActive: false })];

  it('are what the text was made of, however often they are asked for', () => {
    const revived = new RevivedPrincipals();
    for (const principal of [...principals, ...principals, ...principals]) {
      const text = JSON.stringify(principal);
      expect(revived.of('s1', text)).to.deep.equal(principal);
      expect(revived.of('s1', text)).to.deep.equal(principal);
    }
  });

  it('are made once of the same text, and not taken for those of another session', () => {
    const revived = new RevivedPrincipals();
    const [first, second] = [JSON.stringify(principalOf('s1')), JSON.stringify(principalOf('s2'))];
    expect(revived.of('s1', first)).to.equal(revived.of('s1', first));
    expect(revived.of('s2', second)).to.deep.equal(principalOf('s2'));
    expect(revived.of('s1', first)).to.deep.equal(principalOf('s1'));
  });

  it('are kept up to a number, and the oldest is made anew', () => {
    const revived = new RevivedPrincipals(2);
    const of = (id: string): Principal => revived.of(id, JSON.stringify(principalOf(id)));
    const [first, second] = [of('s1'), of('s2')];
    of('s3');
    expect(of('s2')).to.equal(second);
    const again = of('s1');
    expect(again).to.deep.equal(first);
    expect(again).to.not.equal(first);
  });
});
