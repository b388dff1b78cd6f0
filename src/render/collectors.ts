import { TEMPLATES } from '../generated/templates.ts';
import type { Collector } from '../products/collectors.ts';
import { scriptBytes, type LiteralTable } from './escape.ts';
import { templateLanguage } from './template.ts';

const fill = templateLanguage(TEMPLATES);

/** A collector as it is handed to those who run it. */
export interface CollectorScript extends Collector {
  /** The name of its file. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The read-only script of a family: it declares no topology, so its bytes are everybody's. */
export function renderCollector(collector: Collector): CollectorScript {
  const file = `collect-${collector.family}.ps1`;
  const text = fill(`${collector.family}/collect`, { declared: declare(collector, file) });
  return { ...collector, file, bytes: scriptBytes(text) };
}

function declare(collector: Collector, file: string): LiteralTable {
  const { commands, certificates } = collector;
  return {
    Format: 1,
    Script: file,
    Family: collector.family,
    Title: collector.title,
    Shell: collector.shells.join(' or '),
    Roles: collector.roles,
    Commands: commands.map(({ command, otherwise, properties }) => ({
      Name: command,
      Otherwise: otherwise ?? null,
      Properties: properties,
    })),
    Issuers: { Command: certificates.command, Properties: certificates.properties },
    Never: collector.never,
  };
}
