// One measurement in a process of its own: node openssl.mjs DIST -> JSON. Keys and tokens a second
// beside openssl on the same machine, several times in turn; openssl is run here, never shipped.
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { seconds, worked } from './measure.mjs';

const [dist] = process.argv.slice(2);
const load = path => import(pathToFileURL(join(dist, path)).href);
const { systemWorld } = await load('adapters/system-world.js');
const { signedToken } = await load('proof/mint.js');
const { newKeyPair } = systemWorld({ topology: '.', records: '.', artifacts: '.' });

const ROUNDS = 5;
const cores = availableParallelism();
const keys = await inTurn(ourKeys, opensslKeys);
const pair = await newKeyPair(2048);
const privateKey = createPrivateKey({
  key: Buffer.from(pair.privateKey),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(privateKey);
const tokens = await inTurn(ourTokens, opensslTokens);
console.log(JSON.stringify({ keys, tokens }));

async function inTurn(ours, baseline) {
  const rates = { ours: [], baseline: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.ours.push(await ours());
    rates.baseline.push(await baseline());
  }
  return rates;
}

/** Keys a second on all cores; primes are found by luck, so there are many of them. */
async function ourKeys() {
  const started = performance.now();
  await Promise.all(Array.from({ length: 16 * cores }, () => newKeyPair(2048)));
  return (16 * cores) / seconds(started);
}

function opensslKeys() {
  const some = 'for i in $(seq 16); do openssl genrsa 2048 >/dev/null 2>&1; done';
  const all = Array.from({ length: cores }, () => `(${some}) &`).join(' ');
  const started = performance.now();
  spawnSync('sh', ['-c', `${all} wait`]);
  return (16 * cores) / seconds(started);
}

/** Tokens for a second of one core, as openssl counts them too: made, signed and checked. */
async function ourTokens() {
  const count = 1_000;
  const begun = worked();
  for (let index = 0; index < count; index++) {
    const token = await signedToken(
      { typ: 'JWT', alg: 'RS256' },
      { aud: 'a', nbf: index },
      privateKey,
    );
    const at = token.lastIndexOf('.');
    const signature = Buffer.from(token.slice(at + 1), 'base64url');
    if (!verify('sha256', Buffer.from(token.slice(0, at)), publicKey, signature)) {
      throw new Error('a token of ours does not hold');
    }
  }
  return count / (worked() - begun);
}

function opensslTokens() {
  const { stdout } = spawnSync('openssl', ['speed', '-mr', '-seconds', '1', 'rsa2048'], {
    encoding: 'utf8',
  });
  const [, sign, check] = /^\+F2:\d+:2048:([\d.]+):([\d.]+)/m.exec(stdout) ?? [];
  return 1 / (1 / Number(sign) + 1 / Number(check));
}
