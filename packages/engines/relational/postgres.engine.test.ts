/** The same promises, on a PostgreSQL that nobody here started in its own way: the one of this run is what `freshDatabase` makes databases on. */
import './postgres.test.ts';
import './postgres-silence.test.ts';
import './postgres-tls.test.ts';
