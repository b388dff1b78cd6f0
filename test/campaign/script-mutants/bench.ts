import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plannedOf, type Met, type Planned } from '../../powershell/scripts.ts';
import { startShell, type Shell } from '../../powershell/shell.ts';
import type { Stage } from '../../powershell/stage.ts';
import type { Rendered } from '../../support/rendered.ts';
import type { Place } from './mutants.ts';

/** A line at the prompt that has not come to an end by then never will. */
const PATIENCE = 20_000;

/** Where mutants are tried one after the other: an engine, and a stage for each topology. */
export interface Bench {
  readonly shell: Shell;
  /** Runs that look at a script or at its undo twin, on the servers of a topology. */
  runsOf(place: Place): Promise<readonly Planned[]>;
  /** Does something while another script lies in the place of the emitted one. */
  instead<Result>(place: Place, work: () => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

interface Laid {
  readonly stage: Stage | undefined;
  readonly planned: readonly Planned[];
}

/** Starts an engine; stages are laid down when they are asked for. */
export async function openBench(): Promise<Bench> {
  const shell = await patientShell();
  const laid = new Map<string, Promise<Laid>>();
  const laidFor = ({ rendered }: Place): Promise<Laid> => {
    const known = laid.get(rendered.name) ?? layOut(rendered, shell);
    laid.set(rendered.name, known);
    return known;
  };
  return {
    shell,
    async runsOf(place) {
      const { planned } = await laidFor(place);
      return planned.filter(({ one }) => [one.script, one.undo].includes(place.script));
    },
    async instead(place, work) {
      const { stage } = await laidFor(place);
      if (!stage) throw new Error(`${place.rendered.name} has no stage`);
      const file = join(stage.folder, place.script);
      stage.altered.add(place.script);
      writeFileSync(file, place.bytes);
      try {
        return await work();
      } finally {
        const emitted = stage.rendered.proposal.artifacts.find(({ path }) => path === place.script);
        writeFileSync(file, emitted?.bytes ?? '');
        stage.altered.delete(place.script);
      }
    },
    async close() {
      for (const { stage } of await Promise.all(laid.values())) {
        if (stage) rmSync(stage.folder, { recursive: true, force: true });
      }
      await shell.close();
    },
  };
}

/** A topology that cannot be gone through from its beginning to its end has no runs. */
async function layOut(rendered: Rendered, shell: Shell): Promise<Laid> {
  try {
    const planned = await plannedOf(rendered, shell);
    return { stage: planned[0]?.one.stage, planned };
  } catch (fault) {
    console.log(`no runs of ${rendered.name}: ${(fault as Error).message.slice(0, 200)}`);
    return { stage: undefined, planned: [] };
  }
}

/** What a run of a mutant met is of no interest. */
export function met(): Met {
  return { called: new Set(), refusals: new Set() };
}

/** A shell that ends an engine which does not answer, or which a script brought down. */
async function patientShell(): Promise<Shell> {
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
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>(resolve => {
        timer = setTimeout(() => resolve(undefined), PATIENCE);
      });
      try {
        const session = await Promise.race([inner.enter(world, lines, fault), late]);
        return session ?? (await again('it does not come to an end'));
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

function raise(fault: unknown): never {
  throw fault;
}
