export const usage = `Looks at the event log of the running product, and asks consumer groups to handle events again.

npm run log -- topics                        partitions, offsets, retention, and what is otherwise than declared
npm run log -- groups                        consumer groups, their members, and how far they are behind
npm run log -- offsets TOPIC --at TIME       the first offset of each partition that is not older
npm run log -- tail TOPIC                    events as they come; --from WHERE begins earlier, --to WHERE ends there
npm run log -- replay TOPIC --group GROUP --from WHERE [--to WHERE]
                                             asks a group to handle a range again; what took effect takes none again
npm run log -- replay TOPIC --dry-run --from WHERE [--to WHERE]
                                             shows the range, and asks nobody
npm run log -- dead-letters list             events that groups gave up, with the reason
npm run log -- dead-letters show ID          one of them, with the whole event
npm run log -- dead-letters redrive ID       asks its group to handle it again, or appends to its topic what the relay gave up;
                                             --all, --group or --reason choose many, of which those are redriven that can be

WHERE          earliest, latest, an offset (with --partition), a moment (2026-11-26T09:30:00Z), or a cursor that a
               subscription, an SSE stream or the REST events gave out
--partition N  of this partition alone
--key, --type, --workspace VALUE             of events with this partition key, type or workspace alone
--limit N      at most so many events
--json         one JSON object a line
--dry-run      for replay and redrive: shows what would be handled
--profile P    settings of deploy/profiles/P.env; EVENT_LOG_URL, DATABASE_URL and DATA_DIR win over it

Exit codes: 0 done, 1 it could not be done (the code and a sentence on standard error), 2 the command line is wrong.`;
