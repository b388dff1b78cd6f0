/** Exit codes are API: pipelines branch on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  drift: 3,
  driftAndChanges: 4,
  invalid: 5,
  denied: 6,
  unproved: 7,
  notApplicable: 8,
  locked: 9,
  unapproved: 10,
  usage: 64,
  interrupted: 130,
  terminated: 143,
} as const;
