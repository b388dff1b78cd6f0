/** The YAML of a topology with so many realms (at least 20) and five times as many trust edges. */
export function bigTopology(realms: number): string;
