# Never ends: stop it with --max-cycles.

turns = 0
while true:
    turns += 1
