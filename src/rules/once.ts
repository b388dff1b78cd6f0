import type { Subject } from './rule.ts';

/** Remembers what is derived from a subject: many rules look at the same list. */
export function once<Result>(derive: (subject: Subject) => Result): (subject: Subject) => Result {
  const known = new WeakMap<Subject, Result>();
  return subject => {
    const result = known.get(subject) ?? derive(subject);
    known.set(subject, result);
    return result;
  };
}
