// A part that the system kills while it starts.
process.kill(process.pid, 'SIGKILL');
