/** A part that neither ends nor gets ready. */
process.on('disconnect', () => process.exit(0));
