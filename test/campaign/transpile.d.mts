/** Writes src/ as JavaScript into a fresh folder and returns its path; the caller removes it. */
export function transpile(): string;
