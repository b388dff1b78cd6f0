import { fetchDocuments, type FetchedEvidence } from '../../index.ts';
import type { Run } from '../command.ts';
import { readGiven } from '../files.ts';
import { humanDiagnostics } from '../views/diagnostics-human.ts';

/** What `collect --url` is asked for. */
export interface CollectUrlOptions {
  readonly urls: readonly string[];
  readonly out?: string;
  readonly allowHost?: readonly string[];
  readonly allowPrivate?: readonly string[];
  readonly ca?: string;
}

/** `concordat collect --url`: public metadata documents become evidence. */
export const collectUrl: Run<CollectUrlOptions> = async (options, terminal) => {
  const { urls, out = 'evidence', allowHost = [], allowPrivate = [], ca } = options;
  const authority = ca === undefined ? {} : { authority: readGiven(ca) };
  const request = { urls, out, allowHosts: allowHost, allowPrivate, ...authority };
  const { written, diagnostics, exit } = await fetchDocuments(request);
  if (diagnostics.length > 0) terminal.err(humanDiagnostics(diagnostics, new Map(), terminal));
  for (const one of written) terminal.out(told(one));
  return exit;
};

function told({ folder, document }: FetchedEvidence): string {
  const keys = document.keys.map(
    ({ certificate }) => `  key ${certificate.thumbprint}, ends ${certificate.notAfter}\n`,
  );
  return `wrote ${folder}: ${document.issuer ?? 'no issuer is stated'}\n${keys.join('')}`;
}
