/**
 * Owns `netpol-guard lsp`: the language server for editors that start it themselves. It is loaded only here, since a check has
 * no use for it.
 */
import { type Command, UsageError } from './command.ts';

export const lsp: Command = {
  name: 'lsp',
  operands: '',
  maxOperands: 0,
  summary: 'Serve the Language Server Protocol.',
  details: [
    'For editors that start a language server themselves. It runs until the editor closes the connection.',
  ],
  options: [{ name: 'stdio', description: 'Talk over standard input and output. Required.' }],
  run: async (args, io) => {
    if (!args.has('stdio')) throw new UsageError('Say how to talk to the editor: netpol-guard lsp --stdio');
    await io.serveLsp();
    return 0;
  },
};
