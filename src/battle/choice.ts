/**
 * What text may be a choice at all. Everything else is refused before the sim sees it: line breaks would be stream
 * commands, and names or long texts would be echoed. The grammar is the sim's (`side.choose`), with slot numbers and
 * ids in place of free names; `undo` is not in it, because choices are final.
 */

/** Longest choice text, in characters. */
export const MAX_CHOICE_LENGTH = 200;

const EVENT = '(?: (?:mega|megax|megay|zmove|ultra|dynamax|max|gigantamax|terastal|terastallize))?';
const TARGET = '(?: [+-]?[1-3])?';
const ID = '[a-zA-Z0-9]{1,40}';
const ONE = `(?:move ${ID}${TARGET}${EVENT}${TARGET}|switch ${ID}|switch|move|pass|skip|shift|default|auto|testfight)`;
const CHOICE = new RegExp(
  `^(?:${ONE}(?: ?, ?${ONE}){0,2}|team [1-9]{1,24}|team [0-9]{1,2}(?:, ?[0-9]{1,2}){0,23})$`,
);

/** Whether the sim may be asked about this text. Says nothing of its legality. */
export function isChoiceText(text: string): boolean {
  return text.length <= MAX_CHOICE_LENGTH && CHOICE.test(text);
}
