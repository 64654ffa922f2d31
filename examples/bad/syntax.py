# A syntax error: the colon is missing.

i = 0
while i < 10
    i += 1
