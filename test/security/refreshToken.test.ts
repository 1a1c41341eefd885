import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { RefreshToken, type RefreshState } from '../../src/security/refreshToken.js';

/** A session whose token has been rotated some times, with all its tokens. */
function rotated(times: number): { state: RefreshState; tokens: RefreshToken[] } {
  const { token, state } = RefreshToken.first(randomUUID());
  const tokens = [token];
  for (let n = 0; n < times; n += 1) tokens.push(tokens[n]!.next(state.refreshSeed));
  return { state: { ...state, generation: times, refreshHash: tokens[times]!.hash() }, tokens };
}

describe('a refresh token', () => {
  it('is read as it was written', () => {
    const sessionId = randomUUID();
    const { token, state } = RefreshToken.first(sessionId);
    const read = RefreshToken.parse(token.next(state.refreshSeed).toString());
    expect(read).to.include({ sessionId, generation: 1 });
    expect(read?.hash().equals(token.next(state.refreshSeed).hash())).to.equal(true);
  });

  it('is nothing else', () => {
    const text = RefreshToken.first(randomUUID()).token.toString();
    for (const other of ['', text.slice(1), `${text}A`, ` ${text}`, `${text}\n`, text.replace('rt_', 'RT_')]) {
      expect(RefreshToken.parse(other), other).to.equal(undefined);
    }
  });

  it('has 256 bits that nobody else has', () => {
    const first = RefreshToken.first(randomUUID()).token;
    const second = RefreshToken.first(first.sessionId).token;
    expect(first.hash().equals(second.hash())).to.equal(false);
    expect(Buffer.from(first.toString().slice(3), 'base64url')).to.have.length(16 + 4 + 32);
  });

  it('knows how it stands to its session', () => {
    const { state, tokens } = rotated(7);
    const standings = tokens.map((token) => token.standing(state));
    expect(standings).to.deep.equal([...Array<string>(6).fill('older'), 'previous', 'current']);
    expect(tokens[7]!.next(state.refreshSeed).standing(state)).to.equal('unknown');
  });

  it('is foreign to every other session', () => {
    const { tokens } = rotated(3);
    const { state } = rotated(3);
    for (const token of tokens) expect(token.standing(state)).to.equal('unknown');
  });

  it('is not looked for without end', () => {
    const { token, state } = RefreshToken.first(randomUUID());
    expect(token.standing({ ...state, generation: 4_000_000_000 })).to.equal('unknown');
  });
});
