/** Whether a server is the one that says this name: its full one, or its short one. */
export function isHost(server: string, host: string): boolean {
  const [wanted, found] = [server.toLowerCase(), host.toLowerCase()];
  return wanted === found || wanted.split('.')[0] === found;
}
