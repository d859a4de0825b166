/** Owns the command behind a lens: it shows the objects that the lens counts in a peek view, below the one it stands above. */
import * as vscode from 'vscode';
import type { Location, Position } from 'vscode-languageclient/node';
import type { Server } from '../server.ts';

/** Takes a URI, a position and the locations, as the server writes them. */
export async function showLocations(server: Server, ...args: unknown[]): Promise<void> {
  if (!areArguments(args)) return;
  const [uri, position, locations] = args;
  await vscode.commands.executeCommand(
    'editor.action.peekLocations',
    vscode.Uri.parse(uri),
    new vscode.Position(position.line, position.character),
    locations.map(server.asLocation),
    'peek',
  );
}

function areArguments(args: readonly unknown[]): args is [string, Position, Location[]] {
  return typeof args[0] === 'string' && typeof args[1] === 'object' && Array.isArray(args[2]);
}
