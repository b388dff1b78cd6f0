import type { NamedCertificates } from '../kernel/certificate.ts';
import type { Report } from '../kernel/report.ts';
import type { Installation } from '../products/installation.ts';
import type { Catalog } from '../products/product.ts';
import type { Topology } from '../topology/topology.ts';

/** All that a rule may look at. */
export interface Subject {
  readonly topology: Topology;
  readonly catalog: Catalog;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly certificates: NamedCertificates;
  readonly now: Date;
}

/** Looks at the whole topology and reports what it finds; never throws. */
export type Rule = (subject: Subject, report: Report) => void;
