import { describe } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { runScripts } from './running.ts';
import { wantedCertificates } from './wanted.ts';

describe.skipIf(!hasEngine)('the scripts of variants of the certificate', () => {
  runScripts('certificates', wantedCertificates);
});
