// Preloaded by tests of what happens later: the clock of the process runs from this instant on.
const Now = Date;
const ahead = Now.parse(process.env['LATER'] ?? '2030-01-20T00:00:00Z') - Now.now();

globalThis.Date = class extends Now {
  constructor(...parts) {
    super(...(parts.length > 0 ? parts : [Now.now() + ahead]));
  }

  static now() {
    return Now.now() + ahead;
  }
};
