import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plannedOf, type Met, type Planned, type Wanted } from '../../powershell/scripts.ts';
import { startShell, type Shell } from '../../powershell/shell.ts';
import { ANSWERS, type Stage } from '../../powershell/stage.ts';
import type { Session } from '../../powershell/world.ts';
import type { Engine } from '../../support/engine.ts';
import { tools } from '../../support/tools.ts';
import type { Place } from './mutants.ts';

/** A line at the prompt that has not come to an end by then never will. */
const PATIENCE = 60_000;

/** Where mutants are tried one after the other: an engine, and a stage for each topology. */
export interface Bench {
  /** Reads only: types that stand in for .NET's are known to an engine from its first run on. */
  readonly reader: Engine;
  /** Whether the emitted scripts pass a run, by its name, as far as that is known. */
  readonly sound: Map<string, boolean>;
  /** Runs that look at a script or at its undo twin, on the servers of a topology. */
  runsOf(place: Place): Promise<readonly Planned[]>;
  /** Does something while another script lies in the place of the emitted one. */
  instead<Result>(place: Place, work: () => Promise<Result>): Promise<Result>;
  /** Does something while a script with marks lies there: the marks that were passed. */
  marked(place: Place, work: () => Promise<void>): Promise<ReadonlySet<number>>;
  close(): Promise<void>;
}

interface Laid {
  readonly stage: Stage | undefined;
  readonly planned: readonly Planned[];
}

/** Starts an engine; stages are laid down when they are asked for. */
export async function openBench(): Promise<Bench> {
  const trying: Trying = { mutant: false, marks: new Set() };
  const shell = await patientShell(trying);
  const reader = await startShell();
  const laid = new Map<string, Promise<Laid>>();
  const laidFor = ({ wanted }: Place): Promise<Laid> => {
    const { name } = wanted.rendered;
    const known = laid.get(name) ?? layOut(wanted, shell);
    laid.set(name, known);
    return known;
  };
  const bench: Bench = {
    reader: reader.engine,
    sound: new Map(),
    async runsOf(place) {
      const { planned } = await laidFor(place);
      return planned.filter(({ one }) => [one.script, one.undo].includes(place.script));
    },
    async instead(place, work) {
      const { stage } = await laidFor(place);
      if (!stage) throw new Error(`${place.wanted.rendered.name} has no stage`);
      const file = join(stage.folder, place.script);
      stage.altered.add(place.script);
      trying.mutant = true;
      writeFileSync(file, place.bytes);
      try {
        return await work();
      } finally {
        trying.mutant = false;
        const emitted = stage.rendered.proposal.artifacts.find(({ path }) => path === place.script);
        writeFileSync(file, emitted?.bytes ?? '');
        stage.altered.delete(place.script);
      }
    },
    async marked(place, work) {
      trying.marks = new Set();
      await bench.instead(place, work);
      return trying.marks;
    },
    async close() {
      for (const { stage } of await Promise.all(laid.values())) {
        if (stage) rmSync(stage.folder, { recursive: true, force: true });
      }
      await Promise.all([shell.close(), reader.close()]);
    },
  };
  return bench;
}

/** What an engine is used for. */
interface Trying {
  mutant: boolean;
  marks: Set<number>;
}

/** A topology that cannot be gone through from its beginning to its end has no runs. */
async function layOut(wanted: Wanted, shell: Shell): Promise<Laid> {
  try {
    const planned = await plannedOf(wanted, shell);
    const stage = planned[0]?.one.stage;
    if (stage)
      readdirSync(stage.folder)
        .filter(name => name.endsWith('.pfx'))
        .forEach(name => easePfx(join(stage.folder, name)));
    return { stage, planned };
  } catch (fault) {
    console.log(`no runs of ${wanted.rendered.name}: ${(fault as Error).message.slice(0, 200)}`);
    return { stage: undefined, planned: [] };
  }
}

/** The same PFX, opened at once: its hundred thousand rounds are of no interest here. */
function easePfx(file: string): void {
  if (!tools.openssl) return;
  const openssl = (...args: readonly string[]): Buffer =>
    execFileSync(tools.openssl ?? '', ['pkcs12', '-passin', 'env:PFX', ...args], {
      env: { PFX: ANSWERS['Password of the PFX'] },
    });
  const pem = `${file}.pem`;
  writeFileSync(pem, openssl('-in', file, '-nodes'));
  openssl('-export', '-in', pem, '-out', file, '-passout', 'env:PFX', '-iter', '1', '-nomaciter');
  rmSync(pem);
}

/** What a run of a mutant met is of no interest. */
export function met(): Met {
  return { called: new Set(), refusals: new Set() };
}

/** A shell that ends an engine which does not answer, or which a script brought down. */
async function patientShell(trying: Trying): Promise<Shell> {
  let inner = await startShell();
  const again = async (why: string): Promise<never> => {
    inner.engine.kill();
    inner = await startShell();
    throw new Error(why);
  };
  return {
    engine: {
      request: (kind, body) => inner.engine.request(kind, body),
      close: () => inner.close(),
      kill: () => inner.engine.kill(),
    },
    async enter(world, lines, fault) {
      if (!trying.mutant) return inner.enter(world, lines, fault);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>(resolve => {
        timer = setTimeout(() => resolve(undefined), PATIENCE);
      });
      try {
        const session = await Promise.race([inner.enter(world, lines, fault), late]);
        return session
          ? withoutMarks(session, trying.marks)
          : await again('it does not come to an end');
      } catch (fault_) {
        const why = (fault_ as Error).message;
        return why.startsWith('the engine ended') ? await again(why.slice(0, 100)) : raise(fault_);
      } finally {
        clearTimeout(timer);
      }
    },
    accepts: (world, server, issuer, thumbprint) =>
      inner.accepts(world, server, issuer, thumbprint),
    close: () => inner.close(),
  };
}

/** Takes the marks out of what was seen. */
function withoutMarks(session: Session, marks: Set<number>): Session {
  const entered = session.entered.map(one => ({
    ...one,
    seen: one.seen.filter(line => {
      const mark = /^@@(\d+)$/.exec(line)?.[1];
      if (mark !== undefined) marks.add(Number(mark));
      return mark === undefined;
    }),
  }));
  return { ...session, entered };
}

function raise(fault: unknown): never {
  throw fault;
}
