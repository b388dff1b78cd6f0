/** The tool's version: part of every saved plan and state. Equal to package.json (tested). */
export const VERSION = '0.1.0';
