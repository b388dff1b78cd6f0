import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ROOT } from './walk.ts';

/** What a server answers; the tests know its shape. */
type Answer = Record<string, unknown>;

/** An editor's end of a conversation with yaml-language-server over stdio. */
export interface Editor {
  /** Opens a text as a file; gives its address and what the server finds wrong with it. */
  open(file: string, text: string): Promise<{ uri: string; diagnostics: Answer[] }>;
  ask(method: string, params: Answer): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts the server as an editor would, with its default settings and no network. */
export async function startEditor(): Promise<Editor> {
  const program = `${ROOT}/node_modules/yaml-language-server/bin/yaml-language-server`;
  const server = spawn(process.execPath, [program, '--stdio']);
  const wire = connect(server);
  await wire.request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(ROOT).href,
    capabilities: { textDocument: { hover: { contentFormat: ['markdown'] } } },
  });
  wire.send({ method: 'initialized', params: {} });
  return {
    async open(file, text) {
      const uri = pathToFileURL(file).href;
      const textDocument = { uri, languageId: 'yaml', version: 1, text };
      const published = wire.next('textDocument/publishDiagnostics', uri);
      wire.send({ method: 'textDocument/didOpen', params: { textDocument } });
      return { uri, diagnostics: (await published)['diagnostics'] as Answer[] };
    },
    ask: (method, params) => wire.request(method, params),
    async close() {
      await wire.request('shutdown', {});
      wire.send({ method: 'exit' });
      server.kill();
    },
  };
}

interface Wire {
  send(message: Answer): void;
  request(method: string, params: Answer): Promise<unknown>;
  /** The next notification of a method about a document. */
  next(method: string, uri: string): Promise<Answer>;
}

function connect(server: ChildProcessWithoutNullStreams): Wire {
  const answers = new Map<number, (result: unknown) => void>();
  const waiting = new Map<string, (params: Answer) => void>();
  let last = 0;
  const send = (message: Answer): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  readMessages(server, message => {
    const { id, method, result, params } = message as { id?: number; method?: string } & Answer;
    if (method !== undefined && id !== undefined) {
      send({ id, result: method === 'workspace/configuration' ? settings(params) : null });
    } else if (id !== undefined) answers.get(id)?.(result);
    else waiting.get(`${String(method)} ${String((params as Answer)['uri'])}`)?.(params as Answer);
  });
  return {
    send,
    request(method, params) {
      const id = ++last;
      send({ id, method, params });
      return new Promise(resolve => answers.set(id, resolve));
    },
    next: (method, uri) => new Promise(resolve => waiting.set(`${method} ${uri}`, resolve)),
  };
}

/** No schema store: what is found must come from the modeline alone. */
function settings(params: unknown): unknown[] {
  const { items } = params as { items: { section?: string }[] };
  const yaml = { schemaStore: { enable: false }, validate: true, hover: true, completion: true };
  return items.map(({ section }) => (section === 'yaml' ? yaml : {}));
}

function readMessages(
  server: ChildProcessWithoutNullStreams,
  receive: (message: unknown) => void,
): void {
  let buffer = Buffer.alloc(0);
  server.stdout.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString('latin1', 0, end))?.[1]);
      if (buffer.length < end + 4 + length) return;
      receive(JSON.parse(buffer.toString('utf8', end + 4, end + 4 + length)));
      buffer = buffer.subarray(end + 4 + length);
    }
  });
}
