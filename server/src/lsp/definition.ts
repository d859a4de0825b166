/**
 * Owns going to what the text under the cursor stands for: from selectors to workloads and Namespaces, from a namespace's name
 * to its object, from a named port to the container that has it.
 */
import type { CancellationToken, Location, LocationLink, Position } from 'vscode-languageserver/node';
import { asking } from './asking.ts';
import { distinct, linkTo, locationOf } from './link.ts';
import { targetsOf } from './lookup.ts';
import type { Session } from './session.ts';
import type { ClientStyle } from './style.ts';
import { subjectsAt } from './subject.ts';

/** Answers textDocument/definition; as links where the client takes them. */
export async function definition(
  session: Session,
  style: ClientStyle,
  clientUri: string,
  position: Position,
  token: CancellationToken,
): Promise<Location[] | LocationLink[]> {
  const { uri, world } = await asking(session, clientUri, token);
  const document = world.workspace.files.get(uri)?.documentAt(position.line);
  const subjects = document ? subjectsAt(world.workspace, document, position) : [];
  const [subject] = subjects;
  if (!document || !subject) return [];
  const all = subjects.flatMap((each) => targetsOf(world.workspace, each));
  const targets = distinct(all, ({ place }) => place);
  if (!style.definitionLinks) return targets.map(({ place }) => locationOf(place, style.clientUri));
  const origin = document.rangeOf(subject.span);
  return targets.map(({ resource, place }) => linkTo(resource, place, origin, style.clientUri));
}
