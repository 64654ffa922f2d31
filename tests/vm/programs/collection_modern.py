# epython: modern
# Much more garbage than there is memory, among things that must stay.
keep = []


def fill(n):
    local = ["a" + str(n), ["b" + str(n), n]]
    for i in range(40):
        garbage = "garbage " + str(i)
    return local


for i in range(6):
    keep.append(fill(i))
for k in keep:
    print(k[0], k[1][0], k[1][1])
total = 0
for i in range(400):
    t = [i] * 8
    total += sum(t)
print(total)
text = ""
for i in range(40):
    text = text + str(i % 10)
print(text, len(text))
